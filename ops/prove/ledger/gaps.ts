import { readLedger } from './ledger-file.ts';

/** One fault as the ledger tells it, and the longest time in which nobody was answered because of it. */
export interface Episode {
  fault: string;
  what: string;
  begunAt: number;
  liftedAt: number;
  overAt: number;
  gapMs: number;
}

export interface Timing {
  episodes: Episode[];
  worstGapMs: number;
  /** Tries that failed although nothing was broken any more, and between which faults. */
  failedInPeace: { code: string; when: string }[];
  /** The longest time without an answer while nothing was broken: what the machine itself costs. */
  peacefulGapMs: number;
  /** Messages a second that were answered while nothing was broken. */
  peacefulRate: number;
}

/** Its own end is part of this gap: the database has to recover before anybody can be answered. */
const GAP_OF_ITS_OWN = 'F5';

/**
 * A gap is the longest time without any answer from the begin of a fault until all is well again, less the time in which the
 * thing was held down by force. Nothing is taken off for a killed database: its recovery is part of the gap.
 */
export async function readTiming(path: string): Promise<Timing> {
  const acks: number[] = [];
  const failures: { at: number; code: string }[] = [];
  const episodes: Episode[] = [];
  const open = new Map<string, Episode>();
  for await (const line of readLedger(path)) {
    if (line.k === 'ack') acks.push(line.t);
    if (line.k === 'failed') failures.push({ at: line.t, code: line.code });
    if (line.k !== 'fault') continue;
    if (line.is === 'begun') open.set(line.f, { fault: line.f, what: '', begunAt: line.t, liftedAt: Infinity, overAt: Infinity, gapMs: 0 });
    const episode = open.get(line.f)!;
    if (line.is === 'lifted') Object.assign(episode, { liftedAt: line.t, what: line.note ?? '' });
    if (line.is !== 'over') continue;
    episode.overAt = line.t;
    open.delete(line.f);
    episodes.push(episode);
  }
  for (const episode of episodes) episode.gapMs = gapOf(episode, acks, episodes);
  const isPeace = (at: number) => episodes.every(({ begunAt, overAt }) => at < begunAt || at > overAt);
  const failedInPeace = failures.filter(({ at }) => isPeace(at)).map(({ at, code }) => ({ code, when: between(at, episodes) }));
  return { episodes, worstGapMs: Math.max(0, ...episodes.map((episode) => episode.gapMs)), failedInPeace, peacefulGapMs: longestPause(acks, isPeace), peacefulRate: rateOf(acks.filter(isPeace)) };
}

function gapOf(episode: Episode, acks: readonly number[], episodes: readonly Episode[]): number {
  const held = episodes.filter(({ fault }) => fault !== GAP_OF_ITS_OWN);
  let before = episode.begunAt;
  let worst = 0;
  for (const at of [...acks.filter((ack) => ack > episode.begunAt && ack <= episode.overAt), episode.overAt]) {
    if (at - before > worst) worst = Math.max(worst, at - before - heldWithin(before, at, held));
    before = at;
  }
  return worst;
}

/** How much of a stretch of time something was held down, faults that overlap counted once. */
function heldWithin(from: number, to: number, held: readonly Episode[]): number {
  const spans = held.map(({ begunAt, liftedAt }) => [Math.max(from, begunAt), Math.min(to, liftedAt)] as const).filter(([a, b]) => b > a).sort((a, b) => a[0] - b[0]);
  let sum = 0;
  let until = from;
  for (const [a, b] of spans) {
    sum += Math.max(0, b - Math.max(a, until));
    until = Math.max(until, b);
  }
  return sum;
}

function longestPause(acks: readonly number[], isPeace: (at: number) => boolean): number {
  let longest = 0;
  for (let index = 1; index < acks.length; index += 1) {
    const [before, after] = [acks[index - 1]!, acks[index]!];
    if (after - before > longest && isPeace(before) && isPeace(after) && isPeace((before + after) / 2)) longest = after - before;
  }
  return longest;
}

/** Where in peace a moment lies, in words. */
function between(at: number, episodes: readonly Episode[]): string {
  const before = episodes.filter(({ overAt }) => overAt <= at).toSorted((a, b) => b.overAt - a.overAt)[0];
  const after = episodes.filter(({ begunAt }) => begunAt >= at).toSorted((a, b) => a.begunAt - b.begunAt)[0];
  return [before && `${at - before.overAt} ms after ${before.fault}`, after && `${after.begunAt - at} ms before ${after.fault}`].filter(Boolean).join(', ');
}

/** Answers a second, in the seconds that had any. */
function rateOf(times: readonly number[]): number {
  const seconds = new Set(times.map((at) => Math.floor(at / 1_000)));
  return seconds.size === 0 ? 0 : Math.round(times.length / seconds.size);
}
