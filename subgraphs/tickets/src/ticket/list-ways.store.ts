import { and, eq, inArray, isNull, not, or, sql, type SQL, type SQLWrapper } from 'drizzle-orm';
import type { MySqlColumn } from 'drizzle-orm/mysql-core';
import { DAY } from '@careline/kit/time';
import type { KeyPart } from '../keyset.store.ts';
import type { Reach } from '../reach.rules.ts';
import { asksForGoingClock, isToldByNextDue, withSuchClock } from '../sla/index.ts';
import type { TicketListing, TicketsWhere } from './list.types.ts';
import { priorityNumber, TICKET_STATES, UNFINISHED } from './ticket.rules.ts';
import { tickets, ticketTags, type TicketState } from './ticket.tables.ts';

/** A way into `tickets`: an index whose rows stand in the order of the list as soon as the way's condition holds. */
export interface Way {
  from: SQL;
  /** The same without the row of the ticket, where the way can do without; null where it is the ticket's own index. */
  bare: SQL | null;
  where: SQL | undefined;
  /** Not met by a way before: with it the ways meet each row once. */
  isNew: SQL | undefined;
  /** The order of the list in the columns of this way. */
  parts: readonly KeyPart[];
}

/** All ways of a list, and which of its conditions their rows meet already. */
export interface Ways {
  ways: Way[];
  areStatesMet: boolean;
  areTagsMet: boolean;
  isScopeMet: boolean;
  isClockMet: boolean;
  /** Nothing else is to be met. */
  isAllMet: boolean;
}

/** Up to so many are counted. */
export const COUNT_MAX = 10_000;
/** So many short looks are cheaper than one long one. */
const WAYS_MAX = 64;
/** What was made within so long is put in order faster than it is found among all. */
const SHORT_RANGE_MS = 31 * DAY;
const ORDER_INDEX = { PRIORITY: 'tickets_state_priority', CREATED: 'tickets_state_created', UPDATED: 'tickets_state_updated' } as const;

/** A condition, and the index that holds its rows state by state, those that are due first. */
interface Entry {
  index: string;
  where: SQL | undefined;
  isNew?: SQL | undefined;
}

export const NOTHING_MET = { areStatesMet: false, areTagsMet: false, isScopeMet: false, isClockMet: false, isAllMet: false };
const oneWay = (from: SQL, parts: readonly KeyPart[]): Way[] => [{ from, bare: null, where: undefined, isNew: undefined, parts }];

/** The ways that together lead to every row of the list. */
export function chooseWays(where: TicketsWhere, { order, parts }: TicketListing): Ways {
  const { filter } = where;
  const states = filter.states?.length ? [...new Set(filter.states)] : asksForGoingClock(filter) ? UNFINISHED : TICKET_STATES;
  const any: Ways = { ...NOTHING_MET, ways: oneWay(sql`${tickets}`, parts) };
  if (filter.ids?.length || filter.customerId || where.conversationId || where.parentId || order === 'OPEN_FIRST') return any;
  // Few clocks end, or run out, within such a span: the tickets are found by them.
  if (filter.clockEndedAfter != null || filter.dueAfter != null) return byClocks(where, parts);
  if (filter.tags?.length) return order === 'DUE' ? { ...NOTHING_MET, ways: tagWays(filter.tags, states, parts), areStatesMet: true, areTagsMet: true } : any;
  const { entries, isScopeMet } = chooseEntries(where, order);
  const ways = entries.flatMap(({ index, where: own, isNew }) => states.map((state): Way =>
    ({ from: sql`${tickets} FORCE INDEX (${sql.raw(index)})`, bare: null, where: and(own, eq(tickets.state, state)), isNew, parts })));
  return ways.length <= WAYS_MAX ? { ...NOTHING_MET, ways, areStatesMet: true, isScopeMet } : any;
}

/** The ways to count by: those of the list by due time, but for what is rarer than the open tickets, and asked of all of them, the clocks. */
export function chooseCountWays(where: TicketsWhere, byDue: TicketListing, byCreated: TicketListing): Ways {
  const { filter } = where;
  const isNarrow = Boolean(filter.ids?.length || filter.customerId || where.conversationId || where.parentId || filter.tags?.length || filter.agentIds?.length || filter.teamIds?.length || where.scope);
  if (!isNarrow && asksForGoingClock(filter) && !isToldByNextDue(filter)) return areClocksEnough(where) ? byClocksAlone(where) : byClocks(where, []);
  return chooseWays(where, filter.createdAfter != null || filter.createdBefore != null ? byCreated : byDue);
}

/** The tickets that have such a clock. */
function byClocks(where: TicketsWhere, parts: readonly KeyPart[]): Ways {
  const from = sql`${withSuchClock(where.filter, where.now)} clocked STRAIGHT_JOIN ${tickets} ON ${tickets.id} = clocked.ticket_id`;
  return { ...NOTHING_MET, ways: oneWay(from, parts), isClockMet: true };
}

/** Whether clocks tell all that is asked, as they repeat how urgent and whose their ticket is; only unfinished tickets have clocks that go on. */
function areClocksEnough({ filter, also }: TicketsWhere): boolean {
  const { states, categoryIds, createdAfter, createdBefore } = filter;
  return !also && !categoryIds?.length && createdAfter == null && createdBefore == null && (!states?.length || UNFINISHED.every((state) => states.includes(state)));
}

function byClocksAlone({ filter, now }: TicketsWhere): Ways {
  const owner = { priorities: filter.priorities?.map(priorityNumber) ?? [], isUnassigned: Boolean(filter.isUnassigned) };
  return { ...NOTHING_MET, ways: oneWay(sql`${withSuchClock(filter, now, owner, COUNT_MAX)} clocked`, []), isAllMet: true };
}

/** By what narrows the list most. */
function chooseEntries({ filter, scope, now }: TicketsWhere, order: keyof typeof ORDER_INDEX | 'DUE'): { entries: Entry[]; isScopeMet: boolean } {
  const by = (...entries: Entry[]) => ({ entries, isScopeMet: false });
  // What lies within the caller's own teams or is the caller's own needs no second look at whose it is.
  const within = (own: readonly string[], asked: readonly string[]) => !scope || asked.every((id) => own.includes(id));
  if (filter.agentIds?.length) return { entries: eachOf('tickets_agent', tickets.agentId, filter.agentIds), isScopeMet: within(scope?.agentId ? [scope.agentId] : [], filter.agentIds) };
  if (filter.teamIds?.length) return { entries: eachOf('tickets_team', tickets.teamId, filter.teamIds), isScopeMet: within(scope?.teamIds ?? [], filter.teamIds) };
  if (scope && (order === 'DUE' || scope.queueIds.length + scope.teamIds.length === 0)) return { entries: overlapping(scopeEntries(scope)), isScopeMet: true };
  if (order !== 'DUE') return by({ index: ORDER_INDEX[order], where: undefined });
  if (filter.isUnassigned) return by({ index: 'tickets_agent', where: isNull(tickets.agentId) });
  if (filter.priorities?.length) return by(...eachOf('tickets_priority', tickets.priority, filter.priorities.map(priorityNumber)));
  if (filter.categoryIds?.length) return by(...eachOf('tickets_category', tickets.categoryId, filter.categoryIds));
  if (filter.createdAfter != null && Math.min(filter.createdBefore ?? now, now) - filter.createdAfter <= SHORT_RANGE_MS) return by({ index: ORDER_INDEX.CREATED, where: undefined });
  return by({ index: 'tickets_state_due', where: undefined });
}

const eachOf = <Value>(index: string, column: MySqlColumn, values: readonly Value[]): Entry[] => [...new Set(values)].map((value) => ({ index, where: eq(column, value) }));

function scopeEntries({ agentId, queueIds, teamIds }: Reach): Entry[] {
  return [
    ...eachOf('tickets_queue', tickets.queueId, queueIds), ...eachOf('tickets_team', tickets.teamId, teamIds),
    ...(agentId ? [...eachOf('tickets_agent', tickets.agentId, [agentId]), ...eachOf('tickets_creator', tickets.creatorAgentId, [agentId])] : []),
  ];
}

/** Each entry with the condition that none before it has the row. */
function overlapping(entries: readonly Entry[]): Entry[] {
  if (entries.length === 0) return [{ index: 'PRIMARY', where: sql`FALSE` }];
  return entries.map(({ index, where }, place) => {
    const before = entries.slice(0, place).filter((entry) => entry.index !== index).map((entry) => sql`COALESCE(${entry.where}, FALSE)`);
    return { index, where, isNew: before.length > 0 ? not(or(...before)!) : undefined };
  });
}

/** Through the table of tags. */
function tagWays(tags: readonly string[], states: readonly TicketState[], parts: readonly KeyPart[]): Way[] {
  const columns: Record<string, KeyPart['by']> = { at: ticketTags.nextDueAt, id: ticketTags.ticketId };
  const own = parts.map((part) => ({ ...part, by: columns[part.name]! }));
  const bare = sql`${ticketTags} FORCE INDEX (ticket_tags_due)`;
  const from = sql`${bare} STRAIGHT_JOIN ${tickets} ON ${tickets.id} = ${ticketTags.ticketId}`;
  return tags.flatMap((tag, place) => states.map((state) => ({
    from, bare, parts: own, where: and(eq(ticketTags.tag, tag), eq(ticketTags.state, state)), isNew: place > 0 ? not(carryingOne(ticketTags.ticketId, tags.slice(0, place))) : undefined,
  })));
}

/** That a ticket carries one of these tags. */
export const carryingOne = (ticketId: SQLWrapper, tags: readonly string[]): SQL =>
  sql`EXISTS (SELECT 1 FROM ticket_tags one WHERE one.ticket_id = ${ticketId} AND ${inArray(sql`one.tag`, [...tags])})`;
