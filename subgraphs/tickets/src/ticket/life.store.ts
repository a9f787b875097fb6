import { inList, type Queryable, type Tx } from '@careline/kit/db';
import { and, asc, desc, eq, gt, gte, isNotNull, isNull, lt, ne, or, sql } from 'drizzle-orm';
import type { LifeLine } from './life.rules.ts';
import { ticketAttachments, ticketComments, ticketConversations, ticketEntries, tickets, type CommentRow, type EntryRow, type TicketRow } from './ticket.tables.ts';

/** The ticket, held until the transaction ends; null when there is none. */
export async function lockTicket(tx: Tx, id: string): Promise<TicketRow | null> {
  const [row] = await tx.orm.select().from(tickets).where(eq(tickets.id, id)).for('update');
  return row ?? null;
}

/** All that happened to a ticket, in order. */
export async function selectLife(q: Queryable, ticketId: string): Promise<LifeLine[]> {
  return (await selectLives(q, [ticketId])).get(ticketId)!;
}

/** The lives of several tickets, by ticket. */
export async function selectLives(q: Queryable, ticketIds: readonly string[]): Promise<Map<string, LifeLine[]>> {
  const lives = new Map<string, LifeLine[]>(ticketIds.map((id) => [id, []]));
  if (ticketIds.length === 0) return lives;
  const { ticketId, seq, at, kind, actorKind, facts, terms } = ticketEntries;
  const rows = await q.orm.select({ ticketId, seq, at, kind, actorKind, facts, terms, visibility: ticketComments.visibility }).from(ticketEntries)
    .leftJoin(ticketComments, and(eq(ticketComments.ticketId, ticketEntries.ticketId), eq(ticketComments.seq, ticketEntries.seq)))
    .where(inList(ticketEntries.ticketId, ticketIds)).orderBy(asc(ticketEntries.ticketId), asc(ticketEntries.seq));
  for (const { ticketId: id, ...line } of rows) lives.get(id)!.push(line);
  return lives;
}

/** Tickets that were created within [from, to), the oldest first, from a place on. */
export async function ticketsCreatedBetween(q: Queryable, from: number, to: number, after: { at: number; id: string } | null, limit: number): Promise<TicketRow[]> {
  const place = after ? or(gt(tickets.createdAt, after.at), and(eq(tickets.createdAt, after.at), gt(tickets.id, after.id))) : undefined;
  return q.orm.select().from(tickets).where(and(gte(tickets.createdAt, from), lt(tickets.createdAt, to), place)).orderBy(asc(tickets.createdAt), asc(tickets.id)).limit(limit);
}

/** Tickets that are not over and were created before an instant, in the order of their ids from one on. */
export async function openTicketsBefore(q: Queryable, before: number, after: string | null, limit: number): Promise<TicketRow[]> {
  return q.orm.select().from(tickets).where(and(eq(tickets.isOver, 0), lt(tickets.createdAt, before), after ? gt(tickets.id, after) : undefined)).orderBy(asc(tickets.id)).limit(limit);
}

/** Ids of tickets that are not over, in their order, from one on. */
export async function openTicketIds(q: Queryable, after: string | null, limit: number): Promise<string[]> {
  const rows = await q.orm.select({ id: tickets.id }).from(tickets).where(and(eq(tickets.isOver, 0), after ? gt(tickets.id, after) : undefined)).orderBy(asc(tickets.id)).limit(limit);
  return rows.map(({ id }) => id);
}

export async function insertEntries(tx: Tx, rows: readonly EntryRow[]): Promise<void> {
  await tx.orm.insert(ticketEntries).values([...rows]);
}

export async function insertComment(tx: Tx, row: CommentRow): Promise<void> {
  await tx.orm.insert(ticketComments).values(row);
}

export async function updateTicketRow(tx: Tx, { id, isOver: _generated, ...row }: TicketRow): Promise<void> {
  await tx.orm.update(tickets).set(row).where(eq(tickets.id, id));
}

/** The comment that was stored under the sender's id; null when there is none. */
export async function commentByClientId(q: Queryable, ticketId: string, clientCommentId: string): Promise<CommentRow | null> {
  const [row] = await q.orm.select().from(ticketComments).where(and(eq(ticketComments.ticketId, ticketId), eq(ticketComments.clientCommentId, clientCommentId)));
  return row ?? null;
}

/** The comments of entries, by ticket and seq, in any order. */
export async function commentsAt(q: Queryable, places: readonly { ticketId: string; seq: number }[]): Promise<CommentRow[]> {
  const wanted = [...new Set(places.map(({ ticketId }) => ticketId))].map((ticketId) =>
    and(eq(ticketComments.ticketId, ticketId), inList(ticketComments.seq, places.filter((place) => place.ticketId === ticketId).map(({ seq }) => seq))));
  return wanted.length === 0 ? [] : q.orm.select().from(ticketComments).where(or(...wanted));
}

/** Comments of several tickets, in no order. */
export async function commentsOfTickets(q: Queryable, ticketIds: readonly string[]): Promise<CommentRow[]> {
  return ticketIds.length === 0 ? [] : q.orm.select().from(ticketComments).where(inList(ticketComments.ticketId, ticketIds));
}

/** Ids of the tickets of these customers. */
export async function ticketIdsOf(q: Queryable, customerIds: readonly string[]): Promise<string[]> {
  return (await q.orm.select({ id: tickets.id }).from(tickets).where(inList(tickets.customerId, customerIds))).map(({ id }) => id);
}

/** The next tickets in the order of their ids. */
export async function ticketsAfter(q: Queryable, afterId: Buffer, limit: number): Promise<TicketRow[]> {
  return q.orm.select().from(tickets).where(sql`${tickets.id} > ${afterId}`).orderBy(asc(tickets.id)).limit(limit);
}

/** Entries of a ticket from one seq on, in order. */
export async function entriesAfter(q: Queryable, ticketId: string, afterSeq: number, limit: number): Promise<EntryRow[]> {
  return q.orm.select().from(ticketEntries).where(and(eq(ticketEntries.ticketId, ticketId), gt(ticketEntries.seq, afterSeq))).orderBy(asc(ticketEntries.seq)).limit(limit);
}

/** Entries in which somebody else than this agent commented, from one seq on, in order. */
export async function commentsByOthers(q: Queryable, ticketId: string, { afterSeq, me, limit }: { afterSeq: number; me: string | null; limit: number }): Promise<EntryRow[]> {
  const byOther = me ? or(isNull(ticketEntries.actorId), ne(ticketEntries.actorId, me)) : undefined;
  return q.orm.select().from(ticketEntries).where(and(eq(ticketEntries.ticketId, ticketId), gt(ticketEntries.seq, afterSeq), eq(ticketEntries.kind, 'COMMENT'), byOther))
    .orderBy(asc(ticketEntries.seq)).limit(limit);
}

/** Lines of all tickets of a customer with their tickets and, of comments, who may read them; in the order of ids, from one on. */
export async function entriesOfCustomer(q: Queryable, customerId: string, afterId: string | null, limit: number): Promise<{ ticket: Pick<TicketRow, 'id' | 'number' | 'customerId'>; entry: EntryRow; visibility: CommentRow['visibility'] | null }[]> {
  return q.orm.select({ ticket: { id: tickets.id, number: tickets.number, customerId: tickets.customerId }, entry: ticketEntries, visibility: ticketComments.visibility })
    .from(ticketEntries).innerJoin(tickets, eq(tickets.id, ticketEntries.ticketId))
    .leftJoin(ticketComments, and(eq(ticketComments.ticketId, ticketEntries.ticketId), eq(ticketComments.seq, ticketEntries.seq)))
    .where(and(eq(tickets.customerId, customerId), afterId ? gt(ticketEntries.id, afterId) : undefined)).orderBy(asc(ticketEntries.id)).limit(limit);
}

export async function entryAt(q: Queryable, ticketId: string, seq: number): Promise<EntryRow | null> {
  const [row] = await q.orm.select().from(ticketEntries).where(and(eq(ticketEntries.ticketId, ticketId), eq(ticketEntries.seq, seq)));
  return row ?? null;
}

/** Files that a ticket holds from now on; those it holds already stay once. */
export async function insertFiles(tx: Tx, ticketId: string, attachmentIds: readonly string[]): Promise<void> {
  if (attachmentIds.length > 0) await tx.orm.insert(ticketAttachments).ignore().values(attachmentIds.map((attachmentId) => ({ ticketId, attachmentId })));
}

/** Links conversations to a ticket; gives those that were not linked before. */
export async function linkConversations(tx: Tx, ticketId: string, conversationIds: readonly string[]): Promise<string[]> {
  if (conversationIds.length === 0) return [];
  const own = and(eq(ticketConversations.ticketId, ticketId), inList(ticketConversations.conversationId, conversationIds));
  const known = new Set((await tx.orm.select().from(ticketConversations).where(own)).map(({ conversationId }) => conversationId));
  const added = conversationIds.filter((id) => !known.has(id));
  if (added.length > 0) await tx.orm.insert(ticketConversations).values(added.map((conversationId) => ({ ticketId, conversationId })));
  return added;
}

export async function unlinkConversations(tx: Tx, ticketId: string, conversationIds: readonly string[]): Promise<void> {
  if (conversationIds.length === 0) return;
  await tx.orm.delete(ticketConversations).where(and(eq(ticketConversations.ticketId, ticketId), inList(ticketConversations.conversationId, conversationIds)));
}

/** Lines of a ticket by their seqs, in order. */
export async function entriesAt(q: Queryable, ticketId: string, seqs: readonly number[]): Promise<EntryRow[]> {
  return q.orm.select().from(ticketEntries).where(and(eq(ticketEntries.ticketId, ticketId), inList(ticketEntries.seq, seqs))).orderBy(asc(ticketEntries.seq));
}

/** Tickets that have been solved since before an instant, the oldest first, from a place on. */
export async function solvedBefore(q: Queryable, before: number, after: { at: number; id: string } | null, limit: number): Promise<Pick<TicketRow, 'id' | 'solvedAt'>[]> {
  const place = after ? or(gt(tickets.solvedAt, after.at), and(eq(tickets.solvedAt, after.at), gt(tickets.id, after.id))) : undefined;
  return q.orm.select({ id: tickets.id, solvedAt: tickets.solvedAt }).from(tickets)
    .where(and(eq(tickets.state, 'SOLVED'), isNotNull(tickets.solvedAt), lt(tickets.solvedAt, before), place)).orderBy(asc(tickets.solvedAt), asc(tickets.id)).limit(limit);
}

/** The last comments that a ticket's customer may read, oldest first. */
export async function lastPublicComments(q: Queryable, ticketId: string, limit: number): Promise<{ comment: CommentRow; entry: EntryRow }[]> {
  const rows = await q.orm.select({ comment: ticketComments, entry: ticketEntries }).from(ticketComments)
    .innerJoin(ticketEntries, and(eq(ticketEntries.ticketId, ticketComments.ticketId), eq(ticketEntries.seq, ticketComments.seq)))
    .where(and(eq(ticketComments.ticketId, ticketId), eq(ticketComments.visibility, 'PUBLIC'))).orderBy(desc(ticketComments.seq)).limit(limit);
  return rows.reverse();
}
