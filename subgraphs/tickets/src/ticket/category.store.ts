import { inList, readTogether, type Tx } from '@careline/kit/db';
import { asc, eq, sql } from 'drizzle-orm';
import { categories, type CategoryRow } from './ticket.tables.ts';

/** All categories in the order of the tree; there are at most 300. */
export const allCategories = readTogether((db): Promise<CategoryRow[]> => db.orm.select().from(categories).orderBy(asc(categories.position)));

/** All categories, held until the transaction ends: the tree is changed by one at a time. */
export async function lockCategories(tx: Tx): Promise<CategoryRow[]> {
  return tx.orm.select().from(categories).orderBy(asc(categories.id)).for('update');
}

export async function insertCategory(tx: Tx, row: CategoryRow): Promise<void> {
  await tx.orm.insert(categories).values(row);
}

export async function updateCategory(tx: Tx, { id, ...row }: CategoryRow): Promise<void> {
  await tx.orm.update(categories).set(row).where(eq(categories.id, id));
}

/** Numbers siblings in the order given, from 1. */
export async function placeCategories(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const cases = ids.map((id, place) => sql`WHEN ${eq(categories.id, id)} THEN ${place + 1}`);
  await tx.orm.update(categories).set({ position: sql`CASE ${sql.join(cases, sql` `)} ELSE position END` }).where(inList(categories.id, ids));
}
