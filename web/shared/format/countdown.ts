import type { PauseReason, SlaClockState } from '../../gql/graphql.ts';

/** What of a clock its countdown is read from, as it stood at one moment. */
export interface ClockFacts {
  state: SlaClockState;
  budgetSeconds: number;
  remainingSeconds: number;
  /** Until when the time left runs down; then hours close. Missing: it stands still, or hours never close. */
  ticksUntil?: string | null;
  pauseReason?: PauseReason | null;
  endedAt?: string | null;
}

/** `missed` is over and was late; `breached` is late and still open. */
export type ClockLook = 'running' | 'risk' | 'breached' | 'paused' | 'met' | 'missed';

export interface Countdown {
  look: ClockLook;
  /** Whole seconds left, or over when breached or missed. */
  seconds: number;
  /** Share of the budget that is left, 0 to 1. */
  share: number;
  /** Why it stands still. Null unless paused. */
  pauseReason: PauseReason | null;
}

const HOUR_SECONDS = 3_600;
const RISK_SHARE = 0.2;
const RISK_SECONDS = 900;

/** As the server judges it: at most a fifth is left or, of a promise of an hour or more, 15 minutes. */
function isNear(budgetSeconds: number, left: number): boolean {
  return left <= budgetSeconds * RISK_SHARE || (budgetSeconds >= HOUR_SECONDS && left <= RISK_SECONDS);
}

/**
 * Where a clock stands at `now`, that was read at `readAt` (both server time, in milliseconds).
 *
 * It runs down only while hours are open: past `ticksUntil` it stands still, as the server will say when asked again.
 * Reached to the second is in time; from the first second over it is missed.
 */
export function countdown(clock: ClockFacts, readAt: number, now: number): Countdown {
  const closesAt = clock.ticksUntil ? Date.parse(clock.ticksUntil) : Infinity;
  const isStill = clock.state === 'PAUSED' || Boolean(clock.endedAt);
  const ticked = isStill ? 0 : Math.max(0, Math.min(now, closesAt) - readAt);
  const left = Math.floor(clock.remainingSeconds - ticked / 1_000);
  const isLate = clock.state === 'BREACHED' || (clock.state === 'RUNNING' && left < 0);
  const pauseReason = isLate || clock.endedAt ? null : clock.state === 'PAUSED' ? clock.pauseReason ?? null : now >= closesAt ? 'CLOSED_HOURS' : null;
  return {
    look: lookOf(clock, isLate, left, pauseReason),
    seconds: isLate ? Math.max(0, -left) : Math.max(0, left),
    share: clock.budgetSeconds > 0 ? Math.min(1, Math.max(0, left / clock.budgetSeconds)) : 0,
    pauseReason,
  };
}

function lookOf({ state, budgetSeconds, endedAt }: ClockFacts, isLate: boolean, left: number, pauseReason: PauseReason | null): ClockLook {
  if (state === 'MET') return 'met';
  if (isLate) return endedAt ? 'missed' : 'breached';
  if (state === 'PAUSED' || pauseReason) return 'paused';
  return isNear(budgetSeconds, left) ? 'risk' : 'running';
}

/** A promise that runs out at an instant: what a list knows of a clock. */
export interface DueFacts {
  state: SlaClockState;
  dueAt: string;
  isAtRisk: boolean;
}

/**
 * Where a promise stands at `now`. Until the server says otherwise it runs down by the wall clock; reached to the second is in time.
 * `share` is that of the last hour: a list does not know how long the promise was.
 */
export function dueCountdown({ state, dueAt, isAtRisk }: DueFacts, now: number): { look: 'running' | 'risk' | 'breached' | 'paused'; seconds: number; share: number } {
  const left = Math.floor((Date.parse(dueAt) - now) / 1_000);
  const isLate = state === 'BREACHED' || (state === 'RUNNING' && left < 0);
  const look = isLate ? 'breached' : state === 'PAUSED' ? 'paused' : isAtRisk ? 'risk' : 'running';
  return { look, seconds: Math.max(0, isLate ? -left : left), share: Math.min(1, Math.max(0, left / HOUR_SECONDS)) };
}
