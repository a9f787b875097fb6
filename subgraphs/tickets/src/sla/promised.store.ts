import { inList, type Queryable, type Tx } from '@careline/kit/db';
import { and, asc, eq, gt, isNotNull } from 'drizzle-orm';
import { conversationFacts, promisedConversations, type ConversationFactRow, type PromisedRow } from './sla.tables.ts';

/** What a conversation is to clocks before anything was heard of it. */
export const NEW_PROMISED = { teamId: null, isOver: 0, saidSeq: 0, lastPlace: 0, heardMeanwhile: null, takenSeq: 0, toldDue: null } as const;

/** The row of a conversation, locked until the transaction ends; undefined when nothing was ever to be promised to it. */
export async function lockPromised(tx: Tx, conversationId: string): Promise<PromisedRow | undefined> {
  const [row] = await tx.orm.select().from(promisedConversations).where(eq(promisedConversations.conversationId, conversationId)).for('update');
  return row;
}

/** Which of these conversations may have clocks. */
export async function promisedAmong(q: Queryable, ids: readonly string[]): Promise<Set<string>> {
  const rows = ids.length === 0 ? [] : await q.orm.select({ id: promisedConversations.conversationId }).from(promisedConversations).where(inList(promisedConversations.conversationId, ids));
  return new Set(rows.map(({ id }) => id));
}

/** What was heard of conversations so far. */
export async function selectPromised(q: Queryable, ids: readonly string[]): Promise<Map<string, PromisedRow>> {
  const rows = ids.length === 0 ? [] : await q.orm.select().from(promisedConversations).where(inList(promisedConversations.conversationId, ids));
  return new Map(rows.map((row) => [row.conversationId, row]));
}

/** Conversations that are not over, in the order of their ids from one on. */
export async function openPromisedIds(q: Queryable, after: string | null, limit: number): Promise<string[]> {
  const { conversationId, isOver } = promisedConversations;
  const rows = await q.orm.select({ id: conversationId }).from(promisedConversations).where(and(eq(isOver, 0), after ? gt(conversationId, after) : undefined)).orderBy(asc(conversationId)).limit(limit);
  return rows.map(({ id }) => id);
}

/** Conversations whose past is still to be read, and how many events of each were heard meanwhile, in the order of their ids after one. */
export async function takingPromised(q: Queryable, after: string | null, limit: number): Promise<{ id: string; heard: number }[]> {
  const { conversationId, heardMeanwhile } = promisedConversations;
  const rows = await q.orm.select({ id: conversationId, heard: heardMeanwhile }).from(promisedConversations)
    .where(and(isNotNull(heardMeanwhile), after ? gt(conversationId, after) : undefined)).orderBy(asc(conversationId)).limit(limit);
  return rows.map(({ id, heard }) => ({ id, heard: heard! }));
}

/** Begins to follow conversations; those that are followed stay as they are. */
export async function insertPromised(tx: Tx, rows: readonly PromisedRow[]): Promise<void> {
  if (rows.length > 0) await tx.orm.insert(promisedConversations).ignore().values([...rows]);
}

export async function deletePromised(tx: Tx, conversationId: string): Promise<void> {
  await tx.orm.delete(promisedConversations).where(eq(promisedConversations.conversationId, conversationId));
}

export async function updatePromised(tx: Tx, { conversationId, ...row }: PromisedRow): Promise<void> {
  await tx.orm.update(promisedConversations).set(row).where(eq(promisedConversations.conversationId, conversationId));
}

export async function selectFacts(q: Queryable, conversationId: string): Promise<ConversationFactRow[]> {
  return q.orm.select().from(conversationFacts).where(eq(conversationFacts.conversationId, conversationId)).orderBy(asc(conversationFacts.place));
}

/** What happened in conversations, in its order, by conversation; those nothing was ever kept of are absent. */
export async function selectFactsOf(q: Queryable, ids: readonly string[]): Promise<Map<string, ConversationFactRow[]>> {
  const rows = ids.length === 0 ? [] : await q.orm.select().from(conversationFacts).where(inList(conversationFacts.conversationId, ids)).orderBy(asc(conversationFacts.conversationId), asc(conversationFacts.place));
  const found = new Map<string, ConversationFactRow[]>();
  for (const row of rows) found.set(row.conversationId, [...(found.get(row.conversationId) ?? []), row]);
  return found;
}

export async function insertFacts(tx: Tx, rows: readonly ConversationFactRow[]): Promise<void> {
  if (rows.length > 0) await tx.orm.insert(conversationFacts).values([...rows]);
}
