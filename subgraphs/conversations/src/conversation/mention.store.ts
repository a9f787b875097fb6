import { binaryToId, idToBinary, type Queryable, type Tx } from '@careline/kit/db';
import { eq, inArray } from 'drizzle-orm';
import { marks, rowMarks } from './conversation.sql.ts';
import { followers } from './conversation.tables.ts';

export interface MentionRow {
  conversationId: string;
  seq: number;
  agentId: string;
}

export async function insertMentions(tx: Tx, rows: readonly MentionRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(
    `INSERT /* insertMentions */ INTO mentions (conversation_id, seq, agent_id) VALUES ${rowMarks(rows.length, 3)}`,
    rows.flatMap((row) => [idToBinary(row.conversationId), row.seq, idToBinary(row.agentId)]));
}

/** For each conversation the agents who were mentioned and have not read it. */
export async function selectUnreadMentions(q: Queryable, conversationIds: readonly string[]): Promise<Map<string, Set<string>>> {
  if (conversationIds.length === 0) return new Map();
  const rows = await q.query<{ conversation_id: Buffer; agent_id: Buffer; seq: number }>(
    `SELECT /* selectUnreadMentions */ conversation_id, agent_id, MAX(seq) AS seq FROM mentions
     WHERE conversation_id IN (${marks(conversationIds.length)}) GROUP BY conversation_id, agent_id`, conversationIds.map(idToBinary));
  const found = new Map<string, Set<string>>();
  const read = await selectReadUpTo(q, conversationIds);
  for (const row of rows) {
    const conversationId = binaryToId('cnv', row.conversation_id);
    const agentId = binaryToId('agt', row.agent_id);
    if (row.seq <= (read.get(`${conversationId} ${agentId}`) ?? 0)) continue;
    const agents = found.get(conversationId) ?? new Set();
    found.set(conversationId, agents.add(agentId));
  }
  return found;
}

async function selectReadUpTo(q: Queryable, conversationIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await q.query<{ conversation_id: Buffer; actor_id: string; seq: number }>(
    `SELECT /* selectReadUpTo */ conversation_id, actor_id, seq FROM read_marks WHERE conversation_id IN (${marks(conversationIds.length)})`,
    conversationIds.map(idToBinary));
  return new Map(rows.map((row) => [`${binaryToId('cnv', row.conversation_id)} ${row.actor_id}`, row.seq]));
}

/** Agents who are told of changes, by conversation. */
export async function selectFollowers(q: Queryable, conversationIds: readonly string[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  if (conversationIds.length === 0) return found;
  const rows = await q.orm.select().from(followers).where(inArray(followers.conversationId, [...conversationIds])).orderBy(followers.agentId);
  for (const { conversationId, agentId } of rows) found.set(conversationId, [...(found.get(conversationId) ?? []), agentId]);
  return found;
}

export async function replaceFollowers(tx: Tx, conversationId: string, agentIds: readonly string[]): Promise<void> {
  await tx.orm.delete(followers).where(eq(followers.conversationId, conversationId));
  if (agentIds.length > 0) await tx.orm.insert(followers).values(agentIds.map((agentId) => ({ conversationId, agentId })));
}
