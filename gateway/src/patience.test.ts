import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Patience } from './patience.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function patience() {
  const calls: string[] = [];
  return { calls, subject: new Patience({ pause: () => calls.push('pause'), resume: () => calls.push('resume') }) };
}
const refuse = (subject: Patience, times: number, retryAfterMs = 400) => {
  for (let n = 0; n < times; n += 1) subject.refused(retryAfterMs);
};

describe('Patience', () => {
  it('reads on after a refusal, and stops for most of the time that was told when they go on', () => {
    const { calls, subject } = patience();
    refuse(subject, 1);
    expect(calls).toEqual([]);
    refuse(subject, 20);
    expect(calls).toEqual(['pause']);
    vi.advanceTimersByTime(319);
    expect(calls).toEqual(['pause']);
    vi.advanceTimersByTime(2);
    expect(calls).toEqual(['pause', 'resume']);
  });

  it('waits no longer than a second, so that pongs are not missed', () => {
    const { calls, subject } = patience();
    refuse(subject, 4, 10_000);
    vi.advanceTimersByTime(1_001);
    expect(calls).toEqual(['pause', 'resume']);
  });

  it('knows what has gathered meanwhile from what comes after it', () => {
    const { subject } = patience();
    refuse(subject, 4);
    expect(subject.isStale).toBe(false);
    vi.advanceTimersByTime(321);
    expect(subject.isStale).toBe(true);
    refuse(subject, 20);
    vi.runAllTimers();
    expect(subject.isStale).toBe(false);
  });

  it('waits for one refusal only with who sent on all through the last wait, until one listens', () => {
    const { calls, subject } = patience();
    const round = (gathered: number, fresh: number) => {
      vi.advanceTimersByTime(321);
      refuse(subject, gathered);
      vi.runAllTimers();
      calls.length = 0;
      refuse(subject, fresh);
      return calls;
    };
    refuse(subject, 2);
    expect(round(5, 1)).toEqual(['pause']);
    expect(round(0, 1)).toEqual([]);
    refuse(subject, 1);
    expect(calls).toEqual(['pause']);
  });

  it('begins to count anew with what was let in', () => {
    const { calls, subject } = patience();
    for (let n = 0; n < 5; n += 1) {
      refuse(subject, 1);
      subject.admitted();
    }
    expect(calls).toEqual([]);
  });

  it('reads those who were made to wait together a few in each turn', () => {
    const all = Array.from({ length: 20 }, () => patience());
    for (const { subject } of all) refuse(subject, 2);
    const read = () => all.filter(({ calls }) => calls.includes('resume')).length;
    vi.advanceTimersByTime(320);
    const counts = [0, 1, 2, 3].map(() => {
      vi.advanceTimersByTime(1);
      return read();
    });
    expect(counts).toEqual([8, 16, 20, 20]);
  });

  it('does not touch a socket that has ended', () => {
    const { calls, subject } = patience();
    refuse(subject, 4);
    subject.close();
    vi.advanceTimersByTime(5_000);
    expect(calls).toEqual(['pause']);
  });

  it('does not touch a socket that ends while it waits for its turn', () => {
    const { calls, subject } = patience();
    refuse(subject, 4);
    vi.advanceTimersByTime(320);
    subject.close();
    vi.advanceTimersByTime(5_000);
    expect(calls).toEqual(['pause']);
  });
});
