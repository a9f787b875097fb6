/** Milliseconds since 1970 in UTC. */
export type Instant = number;

/** Where verbs, rules and jobs get the time from; passed in, so tests can move it. */
export interface Clock {
  now(): Instant;
}

export const systemClock: Clock = { now: () => Date.now() };

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
