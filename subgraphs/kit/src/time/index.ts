import type { Instant } from './units.ts';

export { ALWAYS, dueAt, intervalsOn, isOpenAt, nextChange, openStretches, workingMs, type BusinessHours, type HoursPeriod, type OpenMinutes, type Stretch } from './business-hours.rules.ts';
export { addDays, dayStart, isDay, localDay } from './local-day.ts';
export { hasPassed } from './passed.ts';
export { DAY, HOUR, MINUTE, SECOND, type Instant } from './units.ts';
export { isTimeZone, localMs, offsetAt } from './zone-offset.ts';

/** Where verbs, rules and jobs get the time from; passed in, so tests can move it. */
export interface Clock {
  now(): Instant;
  /**
   * Only on clocks that are moved by hand: takes a loop over instead of letting real timers run it,
   * so that relays, consumers and jobs step exactly when a test says so.
   */
  adopt?(loop: Loop): Stoppable;
}

/** Work that repeats: a relay, a consumer, a job. */
export interface Loop {
  name: string;
  kind: 'events' | 'job';
  /** How long to rest after a step that found nothing. */
  everyMs: number;
  /** One step; true when there may be more to do at once. */
  step(): Promise<boolean>;
  /** Cuts a step short that waits for something; called when the loop is to end. */
  interrupt?(): void;
  /** Called once when the loop ends, after its last step. */
  end?(): Promise<void>;
}

/** Something that runs until it is stopped; `stop` waits for what is under way. */
export interface Stoppable {
  stop(): Promise<void>;
}

export const systemClock: Clock = { now: () => Date.now() };
