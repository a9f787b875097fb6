import { binaryToId, fromSqlInstant, idToBinary, inList, type Queryable, toSqlInstant, type Tx } from '@careline/kit/db';
import { and, asc, desc, eq, gt, isNull, lt, lte } from 'drizzle-orm';
import { queueEntries, queueWaits, type WaitEnd } from './routing.tables.ts';
import type { FinishedWait } from './wait.rules.ts';

export type EntryRow = typeof queueEntries.$inferSelect;
export type WaitRow = typeof queueWaits.$inferSelect;

export interface QueueCount {
  waitingCount: number;
  oldestSince: number | null;
}

const inOrder = [asc(queueEntries.priority), asc(queueEntries.since), asc(queueEntries.id)];

export async function insertEntry(tx: Tx, row: EntryRow): Promise<void> {
  await tx.orm.insert(queueEntries).values(row);
}

/** Entries by the conversation that waits; conversations that do not wait are absent. */
export async function selectEntriesOf(q: Queryable, conversationIds: readonly string[]): Promise<Map<string, EntryRow>> {
  if (conversationIds.length === 0) return new Map();
  const rows = await q.orm.select().from(queueEntries).where(inList(queueEntries.conversationId, conversationIds));
  return new Map(rows.map((row) => [row.conversationId, row]));
}

/** The entries that may be given out now, next one first: those that no agent is being asked about. */
export function selectNextEntries(q: Queryable, queueId: string, limit: number): Promise<EntryRow[]> {
  return q.orm.select().from(queueEntries)
    .where(and(eq(queueEntries.queueId, queueId), isNull(queueEntries.offerId))).orderBy(...inOrder).limit(limit);
}

/** The entry of a conversation, held until the transaction ends; null when it no longer waits. */
export async function lockEntryOf(tx: Tx, conversationId: string): Promise<EntryRow | null> {
  const [row] = await tx.orm.select().from(queueEntries).where(eq(queueEntries.conversationId, conversationId)).for('update');
  return row ?? null;
}

export async function deleteEntry(tx: Tx, id: string): Promise<void> {
  await tx.orm.delete(queueEntries).where(eq(queueEntries.id, id));
}

export async function setEntryOffer(tx: Tx, id: string, offerId: string | null): Promise<void> {
  await tx.orm.update(queueEntries).set({ offerId }).where(eq(queueEntries.id, id));
}

export async function setEntryQueue(tx: Tx, id: string, queueId: string, enteredAt: number): Promise<void> {
  await tx.orm.update(queueEntries).set({ queueId, enteredAt, offerId: null }).where(eq(queueEntries.id, id));
}

export async function setEntryPriority(tx: Tx, conversationId: string, priority: number): Promise<void> {
  await tx.orm.update(queueEntries).set({ priority }).where(eq(queueEntries.conversationId, conversationId));
}

/** Places of all waiting conversations of a queue: how many stand before each. */
export async function selectPlaces(q: Queryable, queueId: string): Promise<Map<string, number>> {
  const rows = await q.orm.select({ id: queueEntries.conversationId }).from(queueEntries).where(eq(queueEntries.queueId, queueId)).orderBy(...inOrder);
  return new Map(rows.map(({ id }, ahead) => [id, ahead]));
}

const COUNTS = '/* selectQueueCounts */ SELECT queue_id, COUNT(*) AS waiting, MIN(since) AS oldest FROM queue_entries WHERE queue_id IN (?) GROUP BY queue_id';

/** How many wait in queues and since when the oldest; queues without waiting ones are absent. */
export async function selectQueueCounts(q: Queryable, queueIds: readonly string[]): Promise<Map<string, QueueCount>> {
  if (queueIds.length === 0) return new Map();
  const rows = await q.query<{ queue_id: Buffer; waiting: number; oldest: Date | string | null }>(COUNTS, [queueIds.map(idToBinary)]);
  return new Map(rows.map((row) => [
    binaryToId('que', row.queue_id),
    { waitingCount: Number(row.waiting), oldestSince: row.oldest === null ? null : fromSqlInstant(row.oldest) },
  ]));
}

const PAGE = (isForward: boolean) => `/* selectEntryPage */ SELECT id FROM queue_entries
  WHERE queue_id = ? AND (? IS NULL OR (priority, since, id) ${isForward ? '>' : '<'} (?, ?, ?))
  ORDER BY priority ${isForward ? 'ASC' : 'DESC'}, since ${isForward ? 'ASC' : 'DESC'}, id ${isForward ? 'ASC' : 'DESC'} LIMIT ?`;

export interface EntryPlace {
  priority: number;
  since: number;
  id: string;
}

/** One page of a queue from a place on, in the direction of the page. */
export async function selectEntryPage(q: Queryable, queueId: string, from: EntryPlace | null, isForward: boolean, limit: number): Promise<EntryRow[]> {
  const place = from ? [from.priority, toSqlInstant(from.since), idToBinary(from.id)] : [null, null, null];
  const ids = await q.query<{ id: Buffer }>(PAGE(isForward), [idToBinary(queueId), place[0], ...place, limit]);
  if (ids.length === 0) return [];
  const order = ids.map(({ id }) => binaryToId('qen', id));
  const rows = await q.orm.select().from(queueEntries).where(inList(queueEntries.id, order));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return order.flatMap((id) => byId.get(id) ?? []);
}

/** Ids of queues in which somebody waits whom no agent is being asked about. */
export async function selectQueuesWithWork(q: Queryable): Promise<string[]> {
  const rows = await q.orm.selectDistinct({ id: queueEntries.queueId }).from(queueEntries).where(isNull(queueEntries.offerId));
  return rows.map(({ id }) => id);
}

/** Conversations that came into a queue at an instant or before and that no agent is being asked about, next one first. */
export async function selectEnteredBefore(q: Queryable, queueId: string, before: number, limit: number): Promise<string[]> {
  const rows = await q.orm.select({ id: queueEntries.conversationId }).from(queueEntries)
    .where(and(eq(queueEntries.queueId, queueId), isNull(queueEntries.offerId), lte(queueEntries.enteredAt, before))).orderBy(...inOrder).limit(limit);
  return rows.map(({ id }) => id);
}

export async function insertWait(tx: Tx, row: Omit<WaitRow, 'endedBy'> & { endedBy: WaitEnd }): Promise<void> {
  await tx.orm.insert(queueWaits).values(row);
}

/** Waits of a queue that ended after `from`, in the order of ending. */
export function selectRecentWaits(q: Queryable, queueId: string, from: number): Promise<FinishedWait[]> {
  return q.orm.select({ since: queueWaits.since, endedAt: queueWaits.endedAt }).from(queueWaits)
    .where(and(eq(queueWaits.queueId, queueId), gt(queueWaits.endedAt, from))).orderBy(asc(queueWaits.endedAt));
}

/** The last wait of a conversation; null when none is remembered. */
export async function selectLastWait(q: Queryable, conversationId: string): Promise<WaitRow | null> {
  const [row] = await q.orm.select().from(queueWaits)
    .where(eq(queueWaits.conversationId, conversationId)).orderBy(desc(queueWaits.endedAt)).limit(1);
  return row ?? null;
}

export async function deleteOldWaits(q: Queryable, before: number): Promise<void> {
  await q.orm.delete(queueWaits).where(lt(queueWaits.endedAt, before)).limit(1_000);
}
