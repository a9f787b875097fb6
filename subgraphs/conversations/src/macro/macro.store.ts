import { inList, type Queryable, type Tx } from '@careline/kit/db';
import { and, eq, sql } from 'drizzle-orm';
import { macros } from './macro.tables.ts';

export type MacroRow = typeof macros.$inferSelect;

export async function selectMacros(q: Queryable, ids: readonly string[]): Promise<Map<string, MacroRow>> {
  if (ids.length === 0) return new Map();
  const rows = await q.orm.select().from(macros).where(inList(macros.id, ids));
  return new Map(rows.map((row) => [row.id, row]));
}

/** What all of these audiences are found by, without their steps. */
export function selectMacroLabels(q: Queryable, audiences: readonly Buffer[], isRetired: boolean) {
  const { id, name: label, namePinyin: pinyin, sharing, usageCount } = macros;
  return q.orm.select({ id, label, pinyin, shortcut: sql<null>`NULL`, sharing, usageCount }).from(macros)
    .where(and(inList(macros.audience, audiences), eq(macros.isRetired, isRetired)));
}

/** The macro, held until the transaction ends. */
export async function lockMacro(tx: Tx, id: string): Promise<MacroRow | null> {
  return (await tx.orm.select().from(macros).where(eq(macros.id, id)).for('update'))[0] ?? null;
}

export async function countMacros(q: Queryable, audience: Buffer): Promise<number> {
  return (await q.orm.select({ count: sql<number>`COUNT(*)` }).from(macros).where(eq(macros.audience, audience)))[0]!.count;
}

export async function insertMacro(tx: Tx, row: MacroRow): Promise<void> {
  await tx.orm.insert(macros).values(row);
}

/** Writes what saving may change; counting goes on beside it. */
export async function updateMacro(tx: Tx, { id, usageCount: _usage, authorId: _author, createdAt: _created, ...changes }: MacroRow): Promise<void> {
  await tx.orm.update(macros).set(changes).where(eq(macros.id, id));
}

export async function countMacroRun(tx: Tx, id: string): Promise<void> {
  await tx.orm.update(macros).set({ usageCount: sql`${macros.usageCount} + 1` }).where(eq(macros.id, id));
}
