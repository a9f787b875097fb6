/** One conversation that left its queue. */
export interface FinishedWait {
  since: number;
  endedAt: number;
}

export interface WaitEstimate {
  p50Seconds: number;
  p90Seconds: number;
}

/** Waits that must have ended lately before an estimate is given at all. */
export const WAITS_MIN = 5;
/** Only waits that ended this recently count: the staffing of an hour ago says nothing. */
export const WAIT_WINDOW_MS = 30 * 60_000;

/** A shorter wait means that an agent was free: it says nothing about how fast busy agents become free. */
const FREE_AT_ONCE_MS = 1_000;

/**
 * How long each conversation stood at the head of the queue while all agents were busy, in the order of leaving.
 *
 * A turn begins with the departure before it or with its own arrival, so that time in which
 * nobody waited does not count; who was taken at once had no turn. `from` is the begin of the sample:
 * the first in it may have waited long before, but not at the head.
 */
export function headTimes(waits: readonly FinishedWait[], from: number): number[] {
  const ordered = [...waits].sort((a, b) => a.endedAt - b.endedAt);
  const heads: number[] = [];
  let previousEnd = from;
  for (const { since, endedAt } of ordered) {
    if (since <= previousEnd || endedAt - since >= FREE_AT_ONCE_MS) heads.push(Math.max(0, endedAt - Math.max(since, previousEnd)));
    previousEnd = endedAt;
  }
  return heads;
}

const rank = (sorted: readonly number[], share: number) => sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!;

/**
 * Within how many seconds a conversation with `ahead` before it will be taken, in half and in nine
 * of ten cases; null when too few waits ended lately to say.
 *
 * It must see `ahead + 1` departures. Every run of as many consecutive turns in the sample (which is
 * taken as a ring) is one past case of just that, so no shape of distribution is assumed.
 */
export function estimateWait(heads: readonly number[], ahead: number): WaitEstimate | null {
  if (heads.length < WAITS_MIN) return null;
  const turns = ahead + 1;
  const rest = turns % heads.length;
  const wholeRounds = Math.floor(turns / heads.length) * heads.reduce((sum, head) => sum + head, 0);
  let run = heads.slice(0, rest).reduce((sum, head) => sum + head, 0);
  const cases = heads.map((head, start) => {
    const length = run;
    run += heads[(start + rest) % heads.length]! - head;
    return wholeRounds + length;
  }).sort((a, b) => a - b);
  return { p50Seconds: Math.round(rank(cases, 0.5) / 1000), p90Seconds: Math.round(rank(cases, 0.9) / 1000) };
}
