import { binaryToId, fromSqlInstant, idToBinary, parseId, toSqlInstant, type Queryable, type Tx } from '@careline/kit/db';
import { marks, type Instantish } from './conversation.sql.ts';

export type SendingStop = 'ANSWERED' | 'CLOSED' | 'NOT_ALLOWED' | 'FILE_BLOCKED';

/** A message that waits for its time, was stopped, or has ended a short while ago. */
export interface ScheduledRow {
  id: string;
  conversationId: string;
  agentId: string;
  clientMessageId: string;
  /** Null once it has ended. */
  content: Buffer | null;
  replyToSeq: number | null;
  lastSeenSeq: number;
  sendAt: number;
  isSentAnyway: boolean;
  stoppedBecause: SendingStop | null;
  /** Null while it may still be sent. */
  outcome: 'SENT' | 'CANCELED' | null;
  scheduledAt: number;
}

interface Cells {
  id: Buffer;
  conversation_id: Buffer;
  agent_id: Buffer;
  client_message_id: string;
  content_enc: Buffer | null;
  reply_to_seq: number | null;
  last_seen_seq: number;
  send_at: Instantish;
  is_sent_anyway: number;
  stopped_because: SendingStop | null;
  outcome: ScheduledRow['outcome'];
  scheduled_at: Instantish;
}

const COLUMNS = 'id, conversation_id, agent_id, client_message_id, content_enc, reply_to_seq, last_seen_seq, send_at, is_sent_anyway, stopped_because, outcome, scheduled_at';

const toRow = (cells: Cells): ScheduledRow => ({
  id: binaryToId('sch', cells.id),
  conversationId: binaryToId('cnv', cells.conversation_id),
  agentId: binaryToId('agt', cells.agent_id),
  clientMessageId: cells.client_message_id,
  content: cells.content_enc,
  replyToSeq: cells.reply_to_seq,
  lastSeenSeq: cells.last_seen_seq,
  sendAt: fromSqlInstant(cells.send_at),
  isSentAnyway: Boolean(cells.is_sent_anyway),
  stoppedBecause: cells.stopped_because,
  outcome: cells.outcome,
  scheduledAt: fromSqlInstant(cells.scheduled_at),
});

export async function insertScheduled(tx: Tx, row: ScheduledRow): Promise<void> {
  await tx.execute(
    `INSERT /* insertScheduled */ INTO scheduled_messages (id, conversation_id, agent_id, client_message_id, content_enc, reply_to_seq, last_seen_seq,
      send_at, due_at, is_sent_anyway, scheduled_at) VALUES (${marks(11)})`,
    [idToBinary(row.id), idToBinary(row.conversationId), idToBinary(row.agentId), row.clientMessageId, row.content, row.replyToSeq, row.lastSeenSeq,
      toSqlInstant(row.sendAt), toSqlInstant(row.sendAt), row.isSentAnyway, toSqlInstant(row.scheduledAt)]);
}

export async function selectScheduled(q: Queryable, id: string): Promise<ScheduledRow | null> {
  const key = parseId('sch', id);
  if (!key) return null;
  const [row] = await q.query<Cells>(`SELECT /* selectScheduled */ ${COLUMNS} FROM scheduled_messages WHERE id = ?`, [key]);
  return row ? toRow(row) : null;
}

/** What was scheduled under a client's id, ended or not. */
export async function selectScheduledByClientId(q: Queryable, key: { conversationId: string; clientMessageId: string }): Promise<ScheduledRow | null> {
  const [row] = await q.query<Cells>(
    `SELECT /* selectScheduledByClientId */ ${COLUMNS} FROM scheduled_messages WHERE conversation_id = ? AND client_message_id = ?`,
    [idToBinary(key.conversationId), key.clientMessageId]);
  return row ? toRow(row) : null;
}

/** What waits or was stopped in these conversations, by conversation, the next one first. */
export async function selectWaiting(q: Queryable, conversationIds: readonly string[]): Promise<Map<string, ScheduledRow[]>> {
  const found = new Map<string, ScheduledRow[]>();
  if (conversationIds.length === 0) return found;
  const rows = await q.query<Cells>(
    `SELECT /* selectWaiting */ ${COLUMNS} FROM scheduled_messages WHERE conversation_id IN (${marks(conversationIds.length)}) AND outcome IS NULL ORDER BY send_at, id`,
    conversationIds.map(idToBinary));
  for (const row of rows.map(toRow)) found.set(row.conversationId, [...(found.get(row.conversationId) ?? []), row]);
  return found;
}

/** Those whose time has come, in its order. */
export async function selectDue(q: Queryable, now: number, limit: number): Promise<ScheduledRow[]> {
  const rows = await q.query<Cells>(
    `SELECT /* selectDueMessages */ ${COLUMNS} FROM scheduled_messages WHERE due_at <= ? ORDER BY due_at, id LIMIT ${Math.trunc(limit)}`, [toSqlInstant(now)]);
  return rows.map(toRow);
}

/** Those of these that may still be sent. Only meaningful while their conversations are locked: who ends one locks its conversation first. */
export async function selectUnended(q: Queryable, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await q.query<{ id: Buffer }>(
    `SELECT /* selectUnended */ id FROM scheduled_messages WHERE id IN (${marks(ids.length)}) AND outcome IS NULL`, ids.map(idToBinary));
  return new Set(rows.map((row) => binaryToId('sch', row.id)));
}

/** Ends waiting messages: their words are kept elsewhere now, or nowhere. */
export async function endScheduled(tx: Tx, ids: readonly string[], outcome: 'SENT' | 'CANCELED', at: number): Promise<void> {
  if (ids.length === 0) return;
  await tx.later(
    `UPDATE /* endScheduled */ scheduled_messages SET content_enc = NULL, due_at = NULL, outcome = ?, ended_at = ? WHERE id IN (${marks(ids.length)}) AND outcome IS NULL`,
    [outcome, toSqlInstant(at), ...ids.map(idToBinary)]);
}

/** Stops a waiting message; whether it waited still. */
export async function stopScheduled(tx: Tx, id: string, because: SendingStop): Promise<boolean> {
  const { affectedRows } = await tx.execute(
    'UPDATE /* stopScheduled */ scheduled_messages SET due_at = NULL, stopped_because = ? WHERE id = ? AND outcome IS NULL AND due_at IS NOT NULL', [because, idToBinary(id)]);
  return affectedRows > 0;
}

export async function deleteEnded(q: Queryable, endedBefore: number, limit: number): Promise<number> {
  const { affectedRows } = await q.execute(
    `DELETE /* deleteEndedMessages */ FROM scheduled_messages WHERE ended_at < ? ORDER BY ended_at LIMIT ${Math.trunc(limit)}`, [toSqlInstant(endedBefore)]);
  return affectedRows;
}
