import { inList, type Queryable, type Tx } from '@careline/kit/db';
import type { Instant } from '@careline/kit/time';
import { and, asc, desc, eq, inArray, isNotNull, lte, max } from 'drizzle-orm';
import { alertDeliveries, alertRecipients, type DeliveryRow, type RecipientRow } from './alert.tables.ts';

export async function allRecipients(q: Queryable): Promise<RecipientRow[]> {
  return q.orm.select().from(alertRecipients).orderBy(asc(alertRecipients.id));
}

/** Every recipient, held until the transaction ends: how many there are can't change meanwhile. */
export async function lockRecipients(tx: Tx): Promise<RecipientRow[]> {
  return tx.orm.select().from(alertRecipients).orderBy(asc(alertRecipients.id)).for('update');
}

export async function recipientById(q: Queryable, id: string): Promise<RecipientRow | null> {
  return (await q.orm.select().from(alertRecipients).where(eq(alertRecipients.id, id)))[0] ?? null;
}

export async function insertRecipient(tx: Tx, row: RecipientRow): Promise<void> {
  await tx.orm.insert(alertRecipients).values(row);
}

/** Takes a recipient away with all messages to it; false when there was none. */
export async function deleteRecipient(tx: Tx, id: string): Promise<boolean> {
  const [written] = await tx.orm.delete(alertRecipients).where(eq(alertRecipients.id, id));
  await tx.orm.delete(alertDeliveries).where(eq(alertDeliveries.recipientId, id));
  return written.affectedRows === 1;
}

export async function insertDeliveries(tx: Tx, rows: readonly DeliveryRow[]): Promise<void> {
  if (rows.length > 0) await tx.orm.insert(alertDeliveries).values([...rows]);
}

/** The newest message to each recipient. */
export async function newestDeliveries(q: Queryable, recipientIds: readonly string[]): Promise<Map<string, DeliveryRow>> {
  if (recipientIds.length === 0) return new Map();
  const newest = q.orm.select({ id: max(alertDeliveries.id).as('newest') }).from(alertDeliveries).where(inList(alertDeliveries.recipientId, recipientIds)).groupBy(alertDeliveries.recipientId);
  const rows = await q.orm.select().from(alertDeliveries).where(inArray(alertDeliveries.id, newest)).orderBy(desc(alertDeliveries.id));
  return new Map(rows.map((row) => [row.recipientId, row]));
}

/** Whether a test to this recipient still waits. */
export async function hasWaitingTest(tx: Tx, recipientId: string): Promise<boolean> {
  const rows = await tx.orm.select({ id: alertDeliveries.id }).from(alertDeliveries)
    .where(and(eq(alertDeliveries.recipientId, recipientId), eq(alertDeliveries.occasion, 'TEST'), eq(alertDeliveries.state, 'PENDING'))).limit(1);
  return rows.length > 0;
}

/** Messages that are due, the longest due first. */
export async function dueDeliveries(q: Queryable, now: Instant, limit: number): Promise<DeliveryRow[]> {
  const { nextTryAt, id } = alertDeliveries;
  return q.orm.select().from(alertDeliveries).where(and(isNotNull(nextTryAt), lte(nextTryAt, now))).orderBy(asc(nextTryAt), asc(id)).limit(limit);
}

/** Notes how a try went, unless another try of the same message was noted meanwhile. */
export async function noteTry(q: Queryable, before: DeliveryRow, after: Pick<DeliveryRow, 'state' | 'tryCount' | 'nextTryAt' | 'endedAt' | 'fault'>): Promise<void> {
  await q.orm.update(alertDeliveries).set(after).where(and(eq(alertDeliveries.id, before.id), eq(alertDeliveries.state, 'PENDING'), eq(alertDeliveries.tryCount, before.tryCount)));
}
