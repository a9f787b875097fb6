import { describe, expect, it } from 'vitest';
import { estimateWait, headTimes, WAIT_WINDOW_MS, type FinishedWait } from './wait.rules.ts';

/** Numbers between 0 and 1 that are the same in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => ((state = (state * 1_664_525 + 1_013_904_223) >>> 0) + 0.5) / 2 ** 32;
}

/** A queue served first-come by `agents` for `hours`; each arrival notes its estimate and what it then waited. */
function simulate(seed: number, { agents, meanServiceMs, loadShare, hours }: { agents: number; meanServiceMs: number; loadShare: number; hours: number }) {
  const random = randomFrom(seed);
  const exponential = (mean: number) => -mean * Math.log(random());
  const freeAt = Array.from({ length: agents }, () => 0);
  const waits: FinishedWait[] = [];
  const judged: { estimated: number; actual: number }[] = [];
  for (let now = 0; now < hours * 3_600_000; now += exponential(meanServiceMs / agents / loadShare)) {
    const ended = waits.filter(({ endedAt }) => endedAt <= now && endedAt > now - WAIT_WINDOW_MS);
    const ahead = waits.filter(({ endedAt }) => endedAt > now).length;
    const agent = freeAt.indexOf(Math.min(...freeAt));
    const takenAt = Math.max(now, freeAt[agent]!);
    // Three phases: a conversation is rarely over at once, so its length is not memoryless.
    freeAt[agent] = takenAt + exponential(meanServiceMs / 3) + exponential(meanServiceMs / 3) + exponential(meanServiceMs / 3);
    const estimate = estimateWait(headTimes(ended, now - WAIT_WINDOW_MS), ahead);
    if (estimate && ahead > 0) judged.push({ estimated: estimate.p50Seconds * 1000, actual: takenAt - now });
    waits.push({ since: now, endedAt: takenAt });
  }
  return judged;
}

describe('the wait estimate', () => {
  it('is not given before five waits ended', () => {
    expect(estimateWait([1000, 1000, 1000, 1000], 0)).toBeNull();
    expect(estimateWait([1000, 1000, 1000, 1000, 1000], 0)).toEqual({ p50Seconds: 1, p90Seconds: 1 });
  });

  it('adds the turns of those ahead', () => {
    expect(estimateWait([2000, 2000, 2000, 2000, 2000], 3)).toEqual({ p50Seconds: 8, p90Seconds: 8 });
    expect(estimateWait([1000, 2000, 3000, 4000, 5000], 11)).toEqual({ p50Seconds: 36, p90Seconds: 39 });
  });

  it('leaves out the time in which nobody waited', () => {
    expect(headTimes([{ since: 0, endedAt: 10 }, { since: 5, endedAt: 30 }, { since: 1_000_000, endedAt: 1_002_000 }, { since: 2_000_000, endedAt: 2_000_040 }], 0)).toEqual([10, 20, 2_000]);
  });

  it('errs by less than 25 % in the median, against simulated arrivals', () => {
    const judged = [1, 2, 3, 4, 5].flatMap((seed) => simulate(seed, { agents: 8, meanServiceMs: 360_000, loadShare: 1.15, hours: 3 }));
    expect(judged.length).toBeGreaterThan(500);
    const errors = judged.map(({ estimated, actual }) => Math.abs(estimated - actual) / actual).sort((a, b) => a - b);
    expect(errors[Math.floor(errors.length / 2)]).toBeLessThan(0.25);
  });

  it('counts the first of the sample from the begin of the sample on', () => {
    expect(headTimes([{ since: 0, endedAt: 70_000 }, { since: 10, endedAt: 75_000 }], 60_000)).toEqual([10_000, 5_000]);
  });

  it('says within how long nine of ten waits end', () => {
    const random = randomFrom(9);
    const heads = Array.from({ length: 400 }, () => -60_000 * Math.log(random()));
    const p90 = estimateWait(heads, 0)!.p90Seconds * 1000;
    const share = Array.from({ length: 2_000 }, () => -60_000 * Math.log(random())).filter((wait) => wait <= p90).length / 2_000;
    expect(share).toBeGreaterThan(0.86);
    expect(share).toBeLessThan(0.94);
  });
});
