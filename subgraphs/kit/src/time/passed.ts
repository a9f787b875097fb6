import type { Instant } from './units.ts';

/** Whether `ms` have gone by since `since`. When the clock was set back meanwhile nobody knows, and they count as gone. */
export function hasPassed(since: Instant, ms: number, now: Instant): boolean {
  return now - since >= ms || now < since;
}
