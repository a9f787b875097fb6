import { inList, type Queryable, type Tx } from '@careline/kit/db';
import { and, eq, like, sql } from 'drizzle-orm';
import { anywhere } from './audience.store.ts';
import { cannedReplies } from './macro.tables.ts';

export type CannedReplyRow = typeof cannedReplies.$inferSelect;

export async function selectCannedReplies(q: Queryable, ids: readonly string[]): Promise<Map<string, CannedReplyRow>> {
  if (ids.length === 0) return new Map();
  const rows = await q.orm.select().from(cannedReplies).where(inList(cannedReplies.id, ids));
  return new Map(rows.map((row) => [row.id, row]));
}

/** What all of these audiences are found by, without their texts. */
export function selectCannedLabels(q: Queryable, audiences: readonly Buffer[], isRetired: boolean) {
  const { id, title: label, titlePinyin: pinyin, shortcut, sharing, usageCount } = cannedReplies;
  return q.orm.select({ id, label, pinyin, shortcut, sharing, usageCount }).from(cannedReplies)
    .where(and(inList(cannedReplies.audience, audiences), eq(cannedReplies.isRetired, isRetired)));
}

/** Ids of those whose text holds the words. */
export async function selectCannedByText(q: Queryable, audiences: readonly Buffer[], isRetired: boolean, text: string): Promise<Set<string>> {
  const rows = await q.orm.select({ id: cannedReplies.id }).from(cannedReplies)
    .where(and(inList(cannedReplies.audience, audiences), eq(cannedReplies.isRetired, isRetired), like(cannedReplies.text, anywhere(text))));
  return new Set(rows.map(({ id }) => id));
}

/** The canned reply, held until the transaction ends. */
export async function lockCannedReply(tx: Tx, id: string): Promise<CannedReplyRow | null> {
  return (await tx.orm.select().from(cannedReplies).where(eq(cannedReplies.id, id)).for('update'))[0] ?? null;
}

export async function countCannedReplies(q: Queryable, audience: Buffer): Promise<number> {
  return (await q.orm.select({ count: sql<number>`COUNT(*)` }).from(cannedReplies).where(eq(cannedReplies.audience, audience)))[0]!.count;
}

export async function insertCannedReply(tx: Tx, row: CannedReplyRow): Promise<void> {
  await tx.orm.insert(cannedReplies).values(row);
}

/** Writes what saving may change; counting goes on beside it. */
export async function updateCannedReply(tx: Tx, { id, usageCount: _usage, authorId: _author, createdAt: _created, ...changes }: CannedReplyRow): Promise<void> {
  await tx.orm.update(cannedReplies).set(changes).where(eq(cannedReplies.id, id));
}

export async function countCannedUse(tx: Tx, id: string): Promise<void> {
  await tx.orm.update(cannedReplies).set({ usageCount: sql`${cannedReplies.usageCount} + 1` }).where(eq(cannedReplies.id, id));
}
