import { sortWordsJob } from '@careline/kit/search';
import { DAY, HOUR, MINUTE, SECOND, type Instant } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { closeSolved } from './close-solved.ts';
import { foldTallies, recountTallies } from './fold-tallies.ts';
import { replayPolicies } from './replay-policies.ts';
import { retargetTickets } from './retarget-tickets.ts';
import { forgetErasedTickets, indexEarlierTickets, ticketIndex } from './ticket-words.ts';
import { trimLists } from './store-listed.ts';
import { sweepClocks } from './sweep-clocks.ts';

/** Solved tickets that nobody opens again are closed after this long. */
const SOLVED_FOR_MS = 7 * DAY;
/** So long a list may resume from where it was. */
const LISTS_KEPT_MS = DAY;

/** Repeated work of this module; `system` gives a context in which the system itself acts. */
export function ticketJobs(system: () => TicketsContext) {
  return [
    sortWordsJob(system().db, ticketIndex),
    indexEarlierTickets(system),
    forgetErasedTickets(system),
    { name: 'fold-ticket-tallies', everyMs: 5 * SECOND, run: () => foldTallies(system()) },
    { name: 'recount-ticket-tallies', everyMs: HOUR, run: () => recountTallies(system()) },
    // For changes of a process that died between its commit and its wake-up while nobody watches.
    { name: 'number-ticket-lists', everyMs: MINUTE, run: () => system().listTail.drain() },
    { name: 'trim-ticket-lists', everyMs: 10 * MINUTE, run: (now: Instant) => trimLists(system(), now - LISTS_KEPT_MS) },
    { name: 'sweep-clocks', everyMs: SECOND / 4, run: () => sweepClocks(system()) },
    { name: 'replay-policies', everyMs: SECOND, run: () => replayPolicies(system()) },
    { name: 'retarget-tickets', everyMs: SECOND, run: () => retargetTickets(system()) },
    { name: 'close-solved-tickets', everyMs: HOUR, run: (now: Instant) => closeSolved(system(), now - SOLVED_FOR_MS) },
  ];
}
