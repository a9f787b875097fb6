import { binaryToId, fromSqlInstant, idToBinary, toSqlInstant, type Ask, type Queryable, type Tx } from '@careline/kit/db';
import { marks, type Instantish } from './conversation.sql.ts';

export interface SnoozeRow {
  conversationId: string;
  agentId: string;
  wakesAt: number;
}

interface Cells {
  conversation_id: Buffer;
  agent_id: Buffer;
  wakes_at: Instantish;
}

const toRow = (cells: Cells): SnoozeRow =>
  ({ conversationId: binaryToId('cnv', cells.conversation_id), agentId: binaryToId('agt', cells.agent_id), wakesAt: fromSqlInstant(cells.wakes_at) });

/** Asks who has snoozed these conversations, and until when; `toSnoozes` reads the answer. */
export function snoozesAsk(keys: readonly Buffer[]): Ask {
  return { sql: `SELECT /* selectSnoozes */ conversation_id, agent_id, wakes_at FROM snoozes WHERE conversation_id IN (${marks(keys.length)})`, params: keys };
}

export const toSnoozes = (rows: readonly unknown[]): SnoozeRow[] => (rows as Cells[]).map(toRow);

/** Who has snoozed these conversations, and until when. */
export async function selectSnoozes(q: Queryable, conversationIds: readonly string[]): Promise<SnoozeRow[]> {
  if (conversationIds.length === 0) return [];
  const { sql, params } = snoozesAsk(conversationIds.map(idToBinary));
  return toSnoozes(await q.query(sql, params));
}

/** Those whose time has come, the earliest first. */
export async function selectDueSnoozes(q: Queryable, now: number, limit: number): Promise<SnoozeRow[]> {
  const rows = await q.query<Cells>(
    `SELECT /* selectDueSnoozes */ conversation_id, agent_id, wakes_at FROM snoozes WHERE wakes_at <= ? ORDER BY wakes_at, conversation_id LIMIT ${Math.trunc(limit)}`, [toSqlInstant(now)]);
  return rows.map(toRow);
}

export async function upsertSnooze(tx: Tx, { conversationId, agentId, wakesAt }: SnoozeRow): Promise<void> {
  await tx.execute('INSERT /* upsertSnooze */ INTO snoozes (conversation_id, agent_id, wakes_at) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE wakes_at = VALUES(wakes_at)',
    [idToBinary(conversationId), idToBinary(agentId), toSqlInstant(wakesAt)]);
}

/** Wakes a conversation for one agent; whether it was snoozed. `until`: only when its time has come by then. */
export async function deleteSnooze(tx: Tx, { conversationId, agentId, until = null }: { conversationId: string; agentId: string; until?: number | null }): Promise<boolean> {
  const { affectedRows } = await tx.execute(`DELETE /* deleteSnooze */ FROM snoozes WHERE conversation_id = ? AND agent_id = ?${until === null ? '' : ' AND wakes_at <= ?'}`,
    [idToBinary(conversationId), idToBinary(agentId), ...(until === null ? [] : [toSqlInstant(until)])]);
  return affectedRows > 0;
}

/** Wakes conversations for everybody who had snoozed them, as read under their locks: a DELETE of nothing would lock the gap for everybody who writes there. */
export async function deleteSnoozes(tx: Tx, snoozes: readonly SnoozeRow[]): Promise<void> {
  for (const { conversationId, agentId } of snoozes) {
    await tx.later('DELETE /* deleteSnoozes */ FROM snoozes WHERE conversation_id = ? AND agent_id = ?', [idToBinary(conversationId), idToBinary(agentId)]);
  }
}

/** How many of the conversations that meet the conditions an agent has snoozed, and in how many of those somebody wrote what the agent has not read. */
export async function countSnoozed(q: Queryable, conditions: readonly { sql: string; params: readonly unknown[] }[], agentId: string): Promise<{ count: number; unreadCount: number }> {
  const rows = await q.query<{ found: number; unread: number | null }>(
    `SELECT /* countSnoozed */ COUNT(*) AS found, SUM(c.last_text_seq > COALESCE(r.seq, 0)) AS unread FROM snoozes z STRAIGHT_JOIN conversations c ON c.id = z.conversation_id
     LEFT JOIN read_marks r ON r.conversation_id = c.id AND r.actor_id = ?
     WHERE z.agent_id = ? AND ${conditions.map((one) => `(${one.sql})`).join(' AND ')}`, [agentId, idToBinary(agentId), ...conditions.flatMap((one) => one.params)]);
  return { count: Number(rows[0]!.found), unreadCount: Number(rows[0]!.unread ?? 0) };
}
