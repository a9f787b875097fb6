import { DAY, HOUR, SECOND, type Instant } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { closeSolved } from './close-solved.ts';
import { sweepClocks } from './sweep-clocks.ts';

/** Solved tickets that nobody opens again are closed after this long. */
const SOLVED_FOR_MS = 7 * DAY;

/** Repeated work of this module; `system` gives a context in which the system itself acts. */
export function ticketJobs(system: () => TicketsContext) {
  return [
    { name: 'sweep-clocks', everyMs: SECOND / 4, run: () => sweepClocks(system()) },
    { name: 'close-solved-tickets', everyMs: HOUR, run: (now: Instant) => closeSolved(system(), now - SOLVED_FOR_MS) },
  ];
}
