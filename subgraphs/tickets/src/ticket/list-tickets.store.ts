import { binaryToId, inList, type Queryable } from '@careline/kit/db';
import type { Page } from '@careline/kit/graphql';
import { and, eq, gt, gte, isNull, lt, or, sql, type SQL } from 'drizzle-orm';
import { keysetAfter, keysetOrder, type KeyPart } from '../keyset.store.ts';
import type { Reach } from '../reach.rules.ts';
import { havingClock, isToldByNextDue } from '../sla/index.ts';
import { carryingOne, chooseCountWays, chooseWays, COUNT_MAX, NOTHING_MET, type Ways } from './list-ways.store.ts';
import type { TicketFilter, TicketListing, TicketOrder, TicketsWhere } from './list.types.ts';
import { isTallied, sumTallies } from './tally.store.ts';
import { priorityNumber, UNFINISHED } from './ticket.rules.ts';
import { ticketsById } from './ticket.store.ts';
import { ticketAttachments, ticketComments, ticketConversations, ticketEntries, tickets, type CommentRow, type EntryRow, type TicketRow } from './ticket.tables.ts';

const byId = (direction: 'ASC' | 'DESC'): KeyPart => ({ name: 'id', by: tickets.id, direction });

/** Open ones first, then newest: how one customer's tickets are read. */
export const openFirst: TicketListing = {
  order: 'OPEN_FIRST',
  parts: [{ name: 'over', by: tickets.isOver, direction: 'ASC' }, { name: 'at', by: tickets.createdAt, direction: 'DESC' }, byId('DESC')],
  cursorOf: (row) => ({ over: row.isOver ?? 0, at: row.createdAt, id: row.id }),
};

/** As asked; of equal ones the order of making decides. */
export function byOrder({ field, direction }: TicketOrder): TicketListing {
  if (field === 'PRIORITY') {
    return {
      order: field,
      parts: [{ name: 'priority', by: tickets.priority, direction }, { name: 'at', by: tickets.createdAt, direction }, byId(direction)],
      cursorOf: (row) => ({ priority: row.priority, at: row.createdAt, id: row.id }),
    };
  }
  const column = ({ DUE: 'nextDueAt', CREATED: 'createdAt', UPDATED: 'updatedAt' } as const)[field];
  return {
    order: field,
    parts: [{ name: 'at', by: tickets[column], direction }, byId(direction)],
    cursorOf: (row) => ({ at: row[column], id: row.id }),
  };
}

function inScope(scope: Reach | null): SQL | undefined {
  if (!scope) return undefined;
  return or(
    scope.agentId ? or(eq(tickets.agentId, scope.agentId), eq(tickets.creatorAgentId, scope.agentId)) : sql`FALSE`,
    scope.queueIds.length > 0 ? inList(tickets.queueId, scope.queueIds) : undefined,
    scope.teamIds.length > 0 ? inList(tickets.teamId, scope.teamIds) : undefined,
  );
}

/** What a filter asks beyond states, tags and clocks; `categoryIds` must already hold the categories below. An empty list means no condition. */
function matching(filter: TicketFilter, clock: SQL | undefined): SQL | undefined {
  const any = <T>(list: T[] | null | undefined, condition: (values: T[]) => SQL) => (list?.length ? condition(list) : undefined);
  return and(
    any(filter.priorities, (priorities) => inList(tickets.priority, priorities.map(priorityNumber))),
    any(filter.categoryIds, (ids) => inList(tickets.categoryId, ids)),
    filter.customerId ? eq(tickets.customerId, filter.customerId) : undefined,
    any(filter.agentIds, (ids) => inList(tickets.agentId, ids)),
    filter.isUnassigned ? isNull(tickets.agentId) : undefined,
    any(filter.teamIds, (ids) => inList(tickets.teamId, ids)),
    clock,
    // None of its clocks runs out sooner: lists in this order end there.
    filter.dueBefore == null ? undefined : lt(tickets.nextDueAt, filter.dueBefore),
    filter.createdAfter == null ? undefined : gte(tickets.createdAt, filter.createdAfter),
    filter.createdBefore == null ? undefined : lt(tickets.createdAt, filter.createdBefore),
    any(filter.ids, (ids) => inList(tickets.id, ids)),
  );
}

function ofConversation(conversationId: string): SQL {
  return sql`EXISTS (SELECT 1 FROM ${ticketConversations} WHERE ${ticketConversations.ticketId} = ${tickets.id}
    AND ${eq(ticketConversations.conversationId, conversationId)})`;
}

/** What is asked of the clocks of a ticket: of its own row where that tells the same. */
const clockOf = (filter: TicketFilter, now: number) => (isToldByNextDue(filter) ? inList(tickets.state, UNFINISHED) : havingClock(tickets.id, filter, now));

/** What the rows of a way must still meet. */
function restOf({ filter, also, scope, conversationId, parentId, now }: TicketsWhere, { areStatesMet, areTagsMet, isScopeMet, isClockMet, isAllMet }: Ways): SQL | undefined {
  if (isAllMet) return undefined;
  return and(
    isScopeMet ? undefined : inScope(scope),
    filter.states?.length && !areStatesMet ? inList(tickets.state, filter.states) : undefined,
    filter.tags?.length && !areTagsMet ? carryingOne(tickets.id, filter.tags) : undefined,
    matching(filter, isClockMet ? undefined : clockOf(filter, now)), conversationId ? ofConversation(conversationId) : undefined,
    parentId ? eq(tickets.parentId, parentId) : undefined,
    also?.tags?.length ? carryingOne(tickets.id, also.tags) : undefined, also ? havingClock(tickets.id, also, now) : undefined,
  );
}

const listed = (conditions: readonly (SQL | undefined)[]) => and(...conditions) ?? sql`TRUE`;

/**
 * One page. Each way into the table gives its first rows from an index that has them in order; the page is the first of all
 * those, so that it costs the same however many rows match.
 */
export async function listTicketIds(q: Queryable, where: TicketsWhere, listing: TicketListing, page: Page): Promise<string[]> {
  const found = chooseWays(where, listing);
  const rest = restOf(where, found);
  const limit = sql.raw(String(page.limit + 1));
  const inOrder = (parts: readonly KeyPart[]) => sql.join(keysetOrder(parts, page.isBackward), sql`, `);
  const some = found.ways.map(({ from, where: own, parts }) => {
    const columns = parts.map(({ name, by }) => sql`${by} AS ${sql.identifier(name)}`);
    return sql`(SELECT ${sql.join(columns, sql`, `)} FROM ${from} WHERE ${listed([own, rest, keysetAfter(parts, page)])} ORDER BY ${inOrder(parts)} LIMIT ${limit})`;
  });
  const named = listing.parts.map((part) => ({ ...part, by: sql.identifier(part.name) }));
  const [ids] = await q.orm.execute(sql`SELECT /* listTickets */ id FROM (${sql.join(some, sql` UNION `)}) found ORDER BY ${inOrder(named)} LIMIT ${limit}`) as unknown as [{ id: Buffer }[]];
  return ids.map(({ id }) => binaryToId('tkt', id));
}

/** The tickets of one page. */
export async function listTickets(q: Queryable, where: TicketsWhere, listing: TicketListing, page: Page): Promise<TicketRow[]> {
  const order = await listTicketIds(q, where, listing, page);
  const rows = new Map((await ticketsById(q, order)).map((row) => [row.id, row]));
  return order.flatMap((id) => rows.get(id) ?? []);
}

/** Matching tickets whose texts stand at these places of a word index, with the comment that stands there. */
export async function ticketsAt(
  q: Queryable, words: string, places: readonly number[], where: TicketsWhere,
): Promise<{ place: number; seq: number; ticket: TicketRow; comment: CommentRow | null }[]> {
  if (places.length === 0) return [];
  const table = sql.raw(words);
  const rows = await q.orm.select({ place: sql<number>`${table}.place`, seq: sql<number>`${table}.seq`, ticket: tickets, comment: ticketComments })
    .from(tickets).innerJoin(table, sql`${table}.owner_id = ${tickets.id}`)
    .leftJoin(ticketComments, and(eq(ticketComments.ticketId, tickets.id), sql`${ticketComments.seq} = ${table}.seq`))
    .where(and(sql`${table}.place IN ${[...places]}`, restOf(where, { ...NOTHING_MET, ways: [] })));
  return rows.map((row) => ({ ...row, place: Number(row.place), seq: Number(row.seq) }));
}

const byDue = byOrder({ field: 'DUE', direction: 'ASC' });
const byCreated = byOrder({ field: 'CREATED', direction: 'ASC' });
/** So many ways are counted in one statement; when they have enough, the others need not be. */
const COUNTED_TOGETHER = 6;

/** How many tickets match, counted up to 10,000: from the tallies where they know, else row by row. */
export async function countTickets(q: Queryable, where: TicketsWhere): Promise<number> {
  if (isTallied(where)) return Math.min(COUNT_MAX, (await sumTallies(q, [where]))[0]!.count);
  const found = chooseCountWays(where, byDue, byCreated);
  const rest = restOf(where, found);
  let count = 0;
  for (let from = 0; from < found.ways.length && count < COUNT_MAX; from += COUNTED_TOGETHER) {
    const counts = found.ways.slice(from, from + COUNTED_TOGETHER).map((way) =>
      sql`(SELECT COUNT(*) FROM (SELECT 1 FROM ${rest ? way.from : (way.bare ?? way.from)} WHERE ${listed([way.where, way.isNew, rest])} LIMIT ${sql.raw(String(COUNT_MAX))}) counted)`);
    const [[row]] = await q.orm.execute(sql`SELECT /* countTickets */ ${sql.join(counts, sql` + `)} AS count`) as unknown as [[{ count: number }]];
    count += Number(row.count);
  }
  return Math.min(COUNT_MAX, count);
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
