import type { Queryable, Tx } from '@careline/kit/db';
import { and, asc, eq, gt, gte, inArray, isNotNull, lt, or } from 'drizzle-orm';
import type { LifeLine } from './life.rules.ts';
import { ticketAttachments, ticketComments, ticketEntries, tickets, type CommentRow, type EntryRow, type TicketRow } from './ticket.tables.ts';

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
    .where(inArray(ticketEntries.ticketId, [...ticketIds])).orderBy(asc(ticketEntries.ticketId), asc(ticketEntries.seq));
  for (const { ticketId: id, ...line } of rows) lives.get(id)!.push(line);
  return lives;
}

/** Tickets that were created within [from, to), the oldest first, from a place on. */
export async function ticketsCreatedBetween(q: Queryable, from: number, to: number, after: { at: number; id: string } | null, limit: number): Promise<TicketRow[]> {
  const place = after ? or(gt(tickets.createdAt, after.at), and(eq(tickets.createdAt, after.at), gt(tickets.id, after.id))) : undefined;
  return q.orm.select().from(tickets).where(and(gte(tickets.createdAt, from), lt(tickets.createdAt, to), place)).orderBy(asc(tickets.createdAt), asc(tickets.id)).limit(limit);
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

/** Comments of a ticket by seq. */
export async function commentsOf(q: Queryable, ticketId: string, seqs: readonly number[]): Promise<CommentRow[]> {
  return seqs.length === 0 ? [] : q.orm.select().from(ticketComments).where(and(eq(ticketComments.ticketId, ticketId), inArray(ticketComments.seq, [...seqs])));
}

/** Entries of a ticket from one seq on, in order. */
export async function entriesAfter(q: Queryable, ticketId: string, afterSeq: number, limit: number): Promise<EntryRow[]> {
  return q.orm.select().from(ticketEntries).where(and(eq(ticketEntries.ticketId, ticketId), gt(ticketEntries.seq, afterSeq))).orderBy(asc(ticketEntries.seq)).limit(limit);
}

export async function entryAt(q: Queryable, ticketId: string, seq: number): Promise<EntryRow | null> {
  const [row] = await q.orm.select().from(ticketEntries).where(and(eq(ticketEntries.ticketId, ticketId), eq(ticketEntries.seq, seq)));
  return row ?? null;
}

/** Files that a ticket holds from now on; those it holds already stay once. */
export async function insertFiles(tx: Tx, ticketId: string, attachmentIds: readonly string[]): Promise<void> {
  if (attachmentIds.length > 0) await tx.orm.insert(ticketAttachments).ignore().values(attachmentIds.map((attachmentId) => ({ ticketId, attachmentId })));
}

/** Tickets that have been solved since before an instant, the oldest first. */
export async function solvedBefore(q: Queryable, before: number, limit: number): Promise<string[]> {
  const rows = await q.orm.select({ id: tickets.id }).from(tickets)
    .where(and(eq(tickets.state, 'SOLVED'), isNotNull(tickets.solvedAt), lt(tickets.solvedAt, before))).orderBy(asc(tickets.solvedAt)).limit(limit);
  return rows.map(({ id }) => id);
}
