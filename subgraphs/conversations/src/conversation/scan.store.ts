import { inList, type Queryable, type Tx } from '@careline/kit/db';
import { eq, sql } from 'drizzle-orm';
import { attachmentScans, messageScans } from './conversation.tables.ts';

/** A message that carries a file nobody has judged yet. */
export interface UnscannedFile {
  attachmentId: string;
  conversationId: string;
  seq: number;
}

export async function insertUnscanned(tx: Tx, files: readonly UnscannedFile[]): Promise<void> {
  if (files.length > 0) await tx.orm.insert(messageScans).values([...files]);
}

/** The messages that wait for the verdict on a file. */
export async function selectUnscanned(q: Queryable, attachmentId: string): Promise<UnscannedFile[]> {
  return q.orm.select().from(messageScans).where(eq(messageScans.attachmentId, attachmentId));
}

export async function deleteUnscanned(q: Queryable, attachmentId: string): Promise<void> {
  await q.orm.delete(messageScans).where(eq(messageScans.attachmentId, attachmentId));
}

/** Keeps the verdict on a file. What was found once stays found; a file that was opened unseen may still be found harmful. */
export async function insertVerdict(tx: Tx, attachmentId: string, isBlocked: boolean): Promise<void> {
  await tx.orm.insert(attachmentScans).values({ attachmentId, isBlocked }).onDuplicateKeyUpdate({ set: { isBlocked: sql`GREATEST(${attachmentScans.isBlocked}, VALUES(is_blocked))` } });
}

/** Whether files were found harmful; files without a verdict are absent. */
export async function selectVerdicts(q: Queryable, attachmentIds: readonly string[]): Promise<Map<string, boolean>> {
  const rows = await q.orm.select().from(attachmentScans).where(inList(attachmentScans.attachmentId, attachmentIds));
  return new Map(rows.map((row) => [row.attachmentId, row.isBlocked]));
}
