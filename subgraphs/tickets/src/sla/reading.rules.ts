import { dueAt, HOUR, MINUTE, nextChange, isOpenAt, openStretches, workingMs, type Instant, type Stretch } from '@careline/kit/time';
import type { Clock, PauseReason } from './clock.rules.ts';

export type ClockState = 'RUNNING' | 'PAUSED' | 'MET' | 'BREACHED';

/** Where a clock stands at one moment. */
export interface Reading {
  state: ClockState;
  /** When the target is missed; while it stands still: when it would be if it went on now. Null when hours stay closed for good. */
  dueAt: Instant | null;
  /** Working time used up to now or to the end, in milliseconds. */
  usedMs: number;
  /** Negative when over. */
  remainingMs: number;
  /** When it was missed; null unless BREACHED. */
  breachedAt: Instant | null;
  /** Why it stands still, also when it was missed before; null while it runs and after its end. */
  pauseReason: PauseReason | null;
  /** Until when time left runs down second by second; null while it stands still, ended, or never closes. */
  ticksUntil: Instant | null;
  isAtRisk: boolean;
}

/** One interval of a proof: counted, or not and why. */
export interface Interval extends Stretch {
  pauseReason: PauseReason | null;
  /** Seq of the entry that began it; null for hours and deadlines. */
  entrySeq: number | null;
}

/** Far beyond any promise: when a clock is due whose hours stay closed for good, and in lists a ticket without a running clock. */
export const NO_DUE: Instant = Date.UTC(9999, 0, 1);

const AT_RISK_SHARE = 0.2;
const AT_RISK_MS = 15 * MINUTE;

/** At most a fifth is left; of an hour or more, at most 15 minutes, which would be all of a short promise. */
export const isNear = (budgetMs: number, remainingMs: number) => remainingMs <= budgetMs * AT_RISK_SHARE || (budgetMs >= HOUR && remainingMs <= AT_RISK_MS);

/** Stretches of [startedAt, until) without pauses; the last is open while the clock may go on. */
function goingStretches({ startedAt, pauses }: Clock, until: Instant): Stretch[] {
  const found: Stretch[] = [];
  let from = startedAt;
  for (const pause of pauses) {
    if (pause.from >= until) break;
    if (pause.from > from) found.push({ from, to: pause.from });
    from = pause.to ?? Infinity;
  }
  if (from < until) found.push({ from, to: until });
  return found;
}

/**
 * The first instant at which the clock has used `ms` of working time, as far as is known at `now`; null when it
 * never will. A clock that stands still is read as if it went on now.
 *
 * Deadline, warnings and escalations are all this one question, with less or more than the budget.
 */
export function whenUsed(clock: Clock, ms: number, now: Instant): Instant | null {
  const { hours } = clock.terms;
  const last = clock.pauses.at(-1);
  const resumed = last?.to === null ? Math.max(now, last.from) : null;
  let left = ms;
  const going = goingStretches(clock, clock.endedAt ?? Infinity);
  // Whoever asks after the end wants to know when it would have been: the clock is read as if it had gone on.
  if (clock.endedAt !== null) going.push({ from: clock.endedAt, to: Infinity });
  if (resumed !== null) going.push({ from: resumed, to: Infinity });
  for (const { from, to } of going) {
    const due = dueAt(hours, from, left);
    if (due !== null && due <= to) return due;
    if (to === Infinity) return null;
    left -= workingMs(hours, from, to);
  }
  return null;
}

/** When a clock comes to be at risk; null while it stands still, has ended or never will be. */
export function riskAt(clock: Clock, now: Instant): Instant | null {
  if (clock.endedAt !== null || clock.pauses.at(-1)?.to === null) return null;
  return whenUsed(clock, riskyMs(clock.budgetMs), now);
}

/** When a clock came to be at risk, whatever became of it since; null when it did not by now or by its end. */
export function cameAtRisk(clock: Clock, now: Instant): Instant | null {
  const at = whenUsed(clock, riskyMs(clock.budgetMs), now);
  return at !== null && at <= Math.min(clock.endedAt ?? now, now) ? at : null;
}

/** How much of its time a clock has used when it comes to be at risk. */
function riskyMs(budgetMs: number): number {
  const share = budgetMs * (1 - AT_RISK_SHARE);
  return budgetMs >= HOUR ? Math.min(share, budgetMs - AT_RISK_MS) : share;
}

/** Working time used up to `now` or the end. */
export function usedMs(clock: Clock, now: Instant): number {
  const until = Math.max(clock.startedAt, Math.min(clock.endedAt ?? now, now));
  return goingStretches(clock, until).reduce((sum, { from, to }) => sum + workingMs(clock.terms.hours, from, to), 0);
}

/** Why a clock that has not ended stands still at `now`; null when it runs. */
function pauseAt(clock: Clock, now: Instant): PauseReason | null {
  const pause = clock.pauses.find(({ from, to }) => from <= now && (to === null || now < to));
  if (pause) return pause.reason;
  return isOpenAt(clock.terms.hours, now) ? null : 'CLOSED_HOURS';
}

/**
 * Where the clock stands at `now`. It is missed from the first millisecond after the deadline on: reached at
 * the deadline is in time, reached one millisecond later is not.
 */
export function readClock(clock: Clock, now: Instant): Reading {
  const due = whenUsed(clock, clock.budgetMs, now);
  const used = usedMs(clock, now);
  const remainingMs = clock.budgetMs - used;
  const reached = clock.endedAt !== null && clock.endedAt <= now ? clock.endedAt : null;
  const isMissed = due !== null && due < (reached ?? now);
  const pauseReason = reached === null ? pauseAt(clock, now) : null;
  const state: ClockState = isMissed ? 'BREACHED' : reached !== null ? 'MET' : pauseReason ? 'PAUSED' : 'RUNNING';
  return {
    state, dueAt: due, usedMs: used, remainingMs, pauseReason,
    breachedAt: isMissed ? due : null,
    ticksUntil: reached === null && pauseReason === null ? nextChange(clock.terms.hours, now) : null,
    isAtRisk: reached === null && (isMissed || isNear(clock.budgetMs, remainingMs)),
  };
}

/** Every interval of the clock from its start to its end or `now`, counted or not, without gap or overlap. */
export function intervalsOf(clock: Clock, now: Instant): Interval[] {
  const until = Math.max(clock.startedAt, Math.min(clock.endedAt ?? now, now));
  const found: Interval[] = [];
  const add = (from: Instant, to: Instant, pauseReason: PauseReason | null, entrySeq: number | null) => {
    if (from < to) found.push({ from, to, pauseReason, entrySeq });
  };
  let at = clock.startedAt;
  let seq: number | null = clock.startSeq;
  for (const pause of [...clock.pauses, null]) {
    const end = Math.min(pause?.from ?? until, until);
    for (const open of openStretches(clock.terms.hours, at, end)) {
      add(at, open.from, 'CLOSED_HOURS', null);
      add(open.from, open.to, null, open.from === at ? seq : null);
      at = open.to;
      seq = null;
    }
    add(at, end, 'CLOSED_HOURS', null);
    if (!pause || end === until) break;
    add(pause.from, Math.min(pause.to ?? until, until), pause.reason, pause.seq);
    at = Math.min(pause.to ?? until, until);
    seq = null;
  }
  return found;
}
