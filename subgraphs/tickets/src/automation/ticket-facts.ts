import { priorityName, type TicketRow } from '../ticket/index.ts';
import type { ClockFacts, TicketFacts } from './automation.types.ts';

/** A stored ticket as conditions and steps see it. */
export function factsOf({ state, priority, categoryId, customerId, agentId, teamId, tags }: TicketRow, clocks: readonly ClockFacts[]): TicketFacts {
  return { state, priority: priorityName(priority), categoryId, customerId, agentId, teamId, tags: tags ?? [], clocks };
}
