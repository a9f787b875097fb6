import { type Queryable } from '@careline/kit/db';
import type { Page } from '@careline/kit/graphql';
import { and, eq, gt, gte, inArray, isNull, lt, or, sql, type SQL } from 'drizzle-orm';
import { keysetAfter, keysetOrder, type KeyPart } from '../keyset.store.ts';
import { havingClock, type ClockFilter } from '../sla/index.ts';
import { priorityNumber, type Priority } from './ticket.rules.ts';
import { ticketAttachments, ticketConversations, ticketEntries, tickets, type EntryRow, type TicketRow, type TicketState } from './ticket.tables.ts';

export interface TicketFilter extends ClockFilter {
  states?: TicketState[] | null;
  priorities?: Priority[] | null;
  categoryIds?: string[] | null;
  customerId?: string | null;
  agentIds?: string[] | null;
  isUnassigned?: boolean | null;
  teamIds?: string[] | null;
  tags?: string[] | null;
  createdAfter?: number | null;
  createdBefore?: number | null;
  ids?: string[] | null;
}

export interface TicketOrder {
  field: 'DUE' | 'PRIORITY' | 'CREATED' | 'UPDATED';
  direction: 'ASC' | 'DESC';
}

const COUNT_MAX = 10_000;

/** How a list of tickets is ordered: its key columns, and the cursor of a row. */
export interface TicketListing {
  parts: KeyPart[];
  cursorOf(row: TicketRow): Record<string, string | number>;
}

const byId = (direction: 'ASC' | 'DESC'): KeyPart => ({ name: 'id', by: tickets.id, direction });

/** Open ones first, then newest: how one customer's tickets are read. */
export const openFirst: TicketListing = {
  parts: [{ name: 'over', by: tickets.isOver, direction: 'ASC' }, { name: 'at', by: tickets.createdAt, direction: 'DESC' }, byId('DESC')],
  cursorOf: (row) => ({ over: row.isOver ?? 0, at: row.createdAt, id: row.id }),
};

/** As asked; of equal ones the order of making decides. */
export function byOrder({ field, direction }: TicketOrder): TicketListing {
  if (field === 'PRIORITY') {
    return {
      parts: [{ name: 'priority', by: tickets.priority, direction }, { name: 'at', by: tickets.createdAt, direction }, byId(direction)],
      cursorOf: (row) => ({ priority: row.priority, at: row.createdAt, id: row.id }),
    };
  }
  const column = ({ DUE: 'nextDueAt', CREATED: 'createdAt', UPDATED: 'updatedAt' } as const)[field];
  return {
    parts: [{ name: 'at', by: tickets[column], direction }, byId(direction)],
    cursorOf: (row) => ({ at: row[column], id: row.id }),
  };
}

/** Rows a caller may see: null for all, nobody's own lists for who is no agent. */
export interface TicketScope {
  agentId: string | null;
  queueIds: readonly string[];
  teamIds: readonly string[];
}

function inScope(scope: TicketScope | null): SQL | undefined {
  if (!scope) return undefined;
  return or(
    scope.agentId ? or(eq(tickets.agentId, scope.agentId), eq(tickets.creatorAgentId, scope.agentId)) : sql`FALSE`,
    scope.queueIds.length > 0 ? inArray(tickets.queueId, [...scope.queueIds]) : undefined,
    scope.teamIds.length > 0 ? inArray(tickets.teamId, [...scope.teamIds]) : undefined,
  );
}

/** The condition of a filter; `categoryIds` must already hold the categories below. An empty list means no condition. */
function matching(filter: TicketFilter, now: number): SQL | undefined {
  const any = <T>(list: T[] | null | undefined, condition: (values: T[]) => SQL) => (list?.length ? condition(list) : undefined);
  return and(
    any(filter.states, (states) => inArray(tickets.state, states)),
    any(filter.priorities, (priorities) => inArray(tickets.priority, priorities.map(priorityNumber))),
    any(filter.categoryIds, (ids) => inArray(tickets.categoryId, ids)),
    filter.customerId ? eq(tickets.customerId, filter.customerId) : undefined,
    any(filter.agentIds, (ids) => inArray(tickets.agentId, ids)),
    filter.isUnassigned ? isNull(tickets.agentId) : undefined,
    any(filter.teamIds, (ids) => inArray(tickets.teamId, ids)),
    any(filter.tags, (tags) => or(...tags.map((tag) => sql`JSON_CONTAINS(${tickets.tags}, ${JSON.stringify(tag)})`))!),
    havingClock(tickets.id, filter, now),
    filter.createdAfter == null ? undefined : gte(tickets.createdAt, filter.createdAfter),
    filter.createdBefore == null ? undefined : lt(tickets.createdAt, filter.createdBefore),
    any(filter.ids, (ids) => inArray(tickets.id, ids)),
  );
}

function ofConversation(conversationId: string): SQL {
  return sql`EXISTS (SELECT 1 FROM ${ticketConversations} WHERE ${ticketConversations.ticketId} = ${tickets.id}
    AND ${eq(ticketConversations.conversationId, conversationId)})`;
}

/** Which tickets: what matches, within what the caller may see, on one conversation when named. */
export interface TicketsWhere {
  filter: TicketFilter;
  /** Null: the caller sees everything. */
  scope: TicketScope | null;
  conversationId: string | null;
  now: number;
}

const whereOf = ({ filter, scope, conversationId, now }: TicketsWhere) =>
  and(inScope(scope), matching(filter, now), conversationId ? ofConversation(conversationId) : undefined);

export async function listTickets(q: Queryable, where: TicketsWhere, { parts }: TicketListing, page: Page): Promise<TicketRow[]> {
  return q.orm.select().from(tickets).where(and(whereOf(where), keysetAfter(parts, page)))
    .orderBy(...keysetOrder(parts, page.isBackward)).limit(page.limit + 1);
}

/** How many tickets match, counted up to 10,000. */
export async function countTickets(q: Queryable, where: TicketsWhere): Promise<number> {
  const some = q.orm.select({ one: sql`1`.as('one') }).from(tickets).where(whereOf(where)).limit(COUNT_MAX).as('some');
  const [row] = await q.orm.select({ count: sql<number>`COUNT(*)` }).from(some);
  return Number(row!.count);
}

const bySeq: KeyPart[] = [{ name: 'seq', by: ticketEntries.seq, direction: 'ASC' }];

export interface EntriesAsk {
  ticketId: string;
  afterSeq: number;
  onlyComments: boolean;
}

const entriesWhere = (ask: EntriesAsk) => and(
  eq(ticketEntries.ticketId, ask.ticketId), gt(ticketEntries.seq, ask.afterSeq), ask.onlyComments ? eq(ticketEntries.kind, 'COMMENT') : undefined,
);

export async function listEntries(q: Queryable, ask: EntriesAsk, page: Page): Promise<EntryRow[]> {
  return q.orm.select().from(ticketEntries).where(and(entriesWhere(ask), keysetAfter(bySeq, page)))
    .orderBy(...keysetOrder(bySeq, page.isBackward)).limit(page.limit + 1);
}

export async function countEntries(q: Queryable, ask: EntriesAsk): Promise<number> {
  const [row] = await q.orm.select({ count: sql<number>`COUNT(*)` }).from(ticketEntries).where(entriesWhere(ask));
  return Number(row!.count);
}

/** Ids of the files of a ticket, oldest first. */
export async function listAttachmentIds(q: Queryable, ticketId: string, page: Page): Promise<{ id: string }[]> {
  const parts: KeyPart[] = [{ name: 'id', by: ticketAttachments.attachmentId, direction: 'ASC' }];
  return q.orm.select({ id: ticketAttachments.attachmentId }).from(ticketAttachments)
    .where(and(eq(ticketAttachments.ticketId, ticketId), keysetAfter(parts, page)))
    .orderBy(...keysetOrder(parts, page.isBackward)).limit(page.limit + 1);
}
