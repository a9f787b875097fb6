import type { Queryable, Tx } from '@careline/kit/db';
import { desc } from 'drizzle-orm';
import { attainmentLimits, type LimitsRow } from './alert.tables.ts';

/** The limits in force. There always are some: the migration wrote the first. */
export async function newestLimits(q: Queryable): Promise<LimitsRow> {
  return (await q.orm.select().from(attainmentLimits).orderBy(desc(attainmentLimits.version)).limit(1))[0]!;
}

/** The same, held until the transaction ends: no version comes between. */
export async function lockLimits(tx: Tx): Promise<LimitsRow> {
  return (await tx.orm.select().from(attainmentLimits).orderBy(desc(attainmentLimits.version)).limit(1).for('update'))[0]!;
}

export async function insertLimits(tx: Tx, row: LimitsRow): Promise<void> {
  await tx.orm.insert(attainmentLimits).values(row);
}
