import { binaryToId, idToBinary, inList, type Queryable, type Tx } from '@careline/kit/db';
import { eq } from 'drizzle-orm';
import { marks } from './conversation.sql.ts';
import { followers } from './conversation.tables.ts';

export interface MentionRow {
  conversationId: string;
  seq: number;
  agentId: string;
}

export async function insertMentions(tx: Tx, rows: readonly MentionRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.later(
    `INSERT /* insertMentions */ INTO mentions (conversation_id, seq, agent_id) VALUES ?`,
    [rows.map((row) => [idToBinary(row.conversationId), row.seq, idToBinary(row.agentId)])]);
}

/** For each conversation the agents who were mentioned and have not read it. */
export async function selectUnreadMentions(q: Queryable, conversationIds: readonly string[]): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>();
  if (conversationIds.length === 0) return found;
  const rows = await q.query<{ conversation_id: Buffer; agent_id: Buffer }>(
    `SELECT /* selectUnreadMentions */ DISTINCT conversation_id, agent_id FROM mentions WHERE conversation_id IN (${marks(conversationIds.length)})`,
    conversationIds.map(idToBinary));
  for (const row of rows) {
    const conversationId = binaryToId('cnv', row.conversation_id);
    found.set(conversationId, (found.get(conversationId) ?? new Set()).add(binaryToId('agt', row.agent_id)));
  }
  return found;
}

/** Forgets what agents were mentioned in up to where they have read. */
export async function deleteReadMentions(tx: Tx, read: readonly { conversationId: string; actorId: string; seq: number }[]): Promise<void> {
  if (read.length === 0) return;
  await tx.later(
    `DELETE /* deleteReadMentions */ FROM mentions WHERE ${read.map(() => '(agent_id = ? AND conversation_id = ? AND seq <= ?)').join(' OR ')}`,
    read.flatMap(({ conversationId, actorId, seq }) => [idToBinary(actorId), idToBinary(conversationId), seq]));
}

/** Agents who are told of changes, by conversation. */
export async function selectFollowers(q: Queryable, conversationIds: readonly string[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  if (conversationIds.length === 0) return found;
  const rows = await q.orm.select().from(followers).where(inList(followers.conversationId, conversationIds)).orderBy(followers.agentId);
  for (const { conversationId, agentId } of rows) found.set(conversationId, [...(found.get(conversationId) ?? []), agentId]);
  return found;
}

export async function replaceFollowers(tx: Tx, conversationId: string, agentIds: readonly string[]): Promise<void> {
  await tx.orm.delete(followers).where(eq(followers.conversationId, conversationId));
  if (agentIds.length > 0) await tx.orm.insert(followers).values(agentIds.map((agentId) => ({ conversationId, agentId })));
}
