import { dayOf, instantOf } from './time.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MONDAY = 1;
const MORNING = '09:00';

export interface LaterTimes {
  hour: number;
  tomorrow: number;
  /** Null on a Sunday, when tomorrow is that Monday. */
  monday: number | null;
}

/** What is meant by "later", most of the time: in an hour, tomorrow morning and next Monday morning as the clocks of this zone show it. */
export function laterTimes(now: number, timeZone: string): LaterTimes {
  const today = Date.parse(dayOf(now, { locale: 'en', timeZone }));
  const morningAfter = (days: number) => instantOf(`${new Date(today + days * DAY_MS).toISOString().slice(0, 10)}T${MORNING}`, timeZone)!;
  const untilMonday = (MONDAY + 7 - new Date(today).getUTCDay()) % 7 || 7;
  return { hour: now + HOUR_MS, tomorrow: morningAfter(1), monday: untilMonday === 1 ? null : morningAfter(untilMonday) };
}

export type LaterFault = 'unclear' | 'past' | 'far';

const DAYS_MAX = 30;

/** Why a time of one's own will not do; null when it does. */
export function laterFault(at: number | null, now: number): LaterFault | null {
  if (at === null) return 'unclear';
  if (at <= now) return 'past';
  return at > now + DAYS_MAX * DAY_MS ? 'far' : null;
}
