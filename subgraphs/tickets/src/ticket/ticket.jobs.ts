import { DAY, HOUR, SECOND, type Instant } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { closeSolved } from './close-solved.ts';
import { replayPolicies } from './replay-policies.ts';
import { retargetTickets } from './retarget-tickets.ts';
import { sweepClocks } from './sweep-clocks.ts';

/** Solved tickets that nobody opens again are closed after this long. */
const SOLVED_FOR_MS = 7 * DAY;

/** Repeated work of this module; `system` gives a context in which the system itself acts. */
export function ticketJobs(system: () => TicketsContext) {
  return [
    { name: 'sweep-clocks', everyMs: SECOND / 4, run: () => sweepClocks(system()) },
    { name: 'replay-policies', everyMs: SECOND, run: () => replayPolicies(system()) },
    { name: 'retarget-tickets', everyMs: SECOND, run: () => retargetTickets(system()) },
    { name: 'close-solved-tickets', everyMs: HOUR, run: (now: Instant) => closeSolved(system(), now - SOLVED_FOR_MS) },
  ];
}
