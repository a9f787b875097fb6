import type { ClockRow } from '../sla/index.ts';
import type { TicketFilter } from './list.types.ts';
import { priorityNumber, TICKET_STATES } from './ticket.rules.ts';
import type { TicketRow } from './ticket.tables.ts';

/** A ticket with all that filters ask about. */
export interface FilteredTicket extends Pick<TicketRow, 'id' | 'state' | 'priority' | 'categoryId' | 'customerId' | 'agentId' | 'teamId' | 'tags' | 'createdAt'> {
  clocks: readonly Pick<ClockRow, 'target' | 'state' | 'pauseReason' | 'endedAt' | 'riskAt' | 'dueAt'>[];
}

/** Two filters as one; `also` is what could not be joined. Null: nothing can match both. */
export type JoinedFilter = { filter: TicketFilter; also: TicketFilter | null } | null;

const LISTS = ['states', 'priorities', 'categoryIds', 'agentIds', 'teamIds', 'ids'] as const;
const isOfClocks = ({ clockStates, isAtRisk, dueAfter, dueBefore, clockEndedAfter }: TicketFilter) => Boolean(clockStates?.length) || Boolean(isAtRisk) || dueAfter != null || dueBefore != null || clockEndedAfter != null;
const later = (one: number | null | undefined, other: number | null | undefined) => (one == null ? other : other == null ? one : Math.max(one, other)) ?? null;
const earlier = (one: number | null | undefined, other: number | null | undefined) => (one == null ? other : other == null ? one : Math.min(one, other)) ?? null;

/** What matches both filters; categories must already hold those below them. Tags and clocks asked for twice stay two questions: each may be met by another tag or clock. */
export function joinFilters(one: TicketFilter, other: TicketFilter): JoinedFilter {
  const filter: TicketFilter = { ...other, ...given(one) };
  const also: TicketFilter = {};
  for (const name of LISTS) {
    if (!one[name]?.length || !other[name]?.length) continue;
    const both = (one[name] as string[]).filter((value) => (other[name] as string[]).includes(value));
    if (both.length === 0) return null;
    Object.assign(filter, { [name]: both });
  }
  if (one.customerId && other.customerId && one.customerId !== other.customerId) return null;
  filter.isUnassigned = Boolean(one.isUnassigned) || Boolean(other.isUnassigned);
  filter.createdAfter = later(one.createdAfter, other.createdAfter);
  filter.createdBefore = earlier(one.createdBefore, other.createdBefore);
  if (one.tags?.length && other.tags?.length) also.tags = other.tags;
  const asked = ({ clockStates, clockTarget, isAtRisk, dueAfter, dueBefore, clockEndedAfter }: TicketFilter): TicketFilter =>
    ({ clockStates: clockStates ?? null, clockTarget: clockTarget ?? null, isAtRisk: isAtRisk ?? null, dueAfter: dueAfter ?? null, dueBefore: dueBefore ?? null, clockEndedAfter: clockEndedAfter ?? null });
  Object.assign(filter, asked(isOfClocks(one) ? one : other));
  if (isOfClocks(one) && isOfClocks(other)) Object.assign(also, asked(other));
  return { filter, also: Object.keys(also).length > 0 ? also : null };
}

const isGiven = (value: unknown) => value != null && !(Array.isArray(value) && value.length === 0);
const given = (filter: TicketFilter): TicketFilter => Object.fromEntries(Object.entries(filter).filter(([, value]) => isGiven(value)));

/** Whether a ticket matches; the same sentence as the conditions of lists. Categories must already hold those below them. */
export function meetsFilter(ticket: FilteredTicket, filter: TicketFilter, now: number): boolean {
  const any = <T>(list: readonly T[] | null | undefined, has: (value: T) => boolean) => !list?.length || list.some(has);
  return any(filter.states, (state) => state === ticket.state)
    && any(filter.priorities, (priority) => priorityNumber(priority) === ticket.priority)
    && any(filter.categoryIds, (id) => id === ticket.categoryId)
    && (!filter.customerId || filter.customerId === ticket.customerId)
    && any(filter.agentIds, (id) => id === ticket.agentId)
    && (!filter.isUnassigned || ticket.agentId === null)
    && any(filter.teamIds, (id) => id === ticket.teamId)
    && any(filter.tags, (tag) => ticket.tags?.includes(tag) ?? false)
    && (filter.createdAfter == null || ticket.createdAt >= filter.createdAfter)
    && (filter.createdBefore == null || ticket.createdAt < filter.createdBefore)
    && any(filter.ids, (id) => id === ticket.id)
    && (!isOfClocks(filter) || ticket.clocks.some((clock) => meetsClock(clock, filter, now)));
}

function meetsClock(clock: FilteredTicket['clocks'][number], { clockStates, clockTarget, isAtRisk, dueAfter, dueBefore, clockEndedAfter }: TicketFilter, now: number): boolean {
  const isGoing = clock.endedAt === null;
  if (clockTarget && clock.target !== clockTarget) return false;
  if (clockStates?.length && !(clockStates.includes(clock.state) && (isGoing || clockEndedAfter != null || clockStates.includes('MET')))) return false;
  if (isAtRisk && !(isGoing && (clock.state === 'BREACHED' || (clock.state === 'RUNNING' && clock.riskAt !== null && clock.riskAt <= now)))) return false;
  if (clockEndedAfter != null && (isGoing || clock.endedAt! < clockEndedAfter)) return false;
  if (dueAfter == null && dueBefore == null) return true;
  const runsOut = isGoing && clock.dueAt !== null && (clock.state !== 'PAUSED' || clock.pauseReason === 'CLOSED_HOURS');
  return runsOut && (dueAfter == null || clock.dueAt! >= dueAfter) && (dueBefore == null || clock.dueAt! < dueBefore);
}

/** States in the order of a ticket's life that a filter lets through. */
export const statesOf = ({ states }: TicketFilter) => TICKET_STATES.filter((state) => !states?.length || states.includes(state));
