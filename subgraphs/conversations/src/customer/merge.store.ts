import { idToBinary, inList, type Queryable, toSqlInstant, type Tx } from '@careline/kit/db';
import { desc, eq, or } from 'drizzle-orm';
import { customerMerges } from './customer.tables.ts';

export type MergeRow = typeof customerMerges.$inferSelect;

export async function insertMerge(tx: Tx, row: MergeRow): Promise<void> {
  await tx.orm.insert(customerMerges).values(row);
}

export async function selectMerge(q: Queryable, id: string): Promise<MergeRow | null> {
  return (await q.orm.select().from(customerMerges).where(eq(customerMerges.id, id)))[0] ?? null;
}

/** Merges in which any of these customers took part, newest first. */
export async function selectMergesOf(q: Queryable, customerIds: readonly string[]): Promise<MergeRow[]> {
  if (customerIds.length === 0) return [];
  return q.orm.select().from(customerMerges).where(or(inList(customerMerges.survivorId, customerIds), inList(customerMerges.mergedId, customerIds))).orderBy(desc(customerMerges.id)).limit(100);
}

/** Marks a merge as undone; false when it was before. The UPDATE is the lock: of two callers one wins. */
export async function markUndone(tx: Tx, id: string, now: number): Promise<boolean> {
  const written = await tx.execute('/* undoMerge */ UPDATE customer_merges SET undone_at = ? WHERE id = ? AND undone_at IS NULL', [toSqlInstant(now), idToBinary(id)]);
  return written.affectedRows === 1;
}
