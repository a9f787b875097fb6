import { binaryToId, fromSqlInstant, idToBinary, toSqlInstant, type Queryable } from '@careline/kit/db';
import type { Instant } from '@careline/kit/time';
import { marks, type Instantish } from './conversation.sql.ts';

/** Ids of conversations that are not over, in their order, after one. */
export async function selectOpenIds(q: Queryable, afterId: string | null, limit: number): Promise<string[]> {
  const rows = await q.query<{ id: Buffer }>(
    `SELECT /* selectOpenIds */ c.id FROM conversations c WHERE c.state IN ('BOT', 'QUEUED', 'ACTIVE') ${afterId ? 'AND c.id > ?' : ''} ORDER BY c.id LIMIT ${limit}`,
    afterId ? [idToBinary(afterId)] : []);
  return rows.map(({ id }) => binaryToId('cnv', id));
}

/** Ids of conversations begun within [from, to), in that order; of those begun exactly at `from` only what comes after an id, unless it is null. */
export async function selectBegun(q: Queryable, { from, to, afterId }: { from: Instant; to: Instant; afterId: string | null }, limit: number): Promise<string[]> {
  const after = afterId ? '(c.started_at > ? OR (c.started_at = ? AND c.id > ?))' : 'c.started_at >= ?';
  const rows = await q.query<{ id: Buffer }>(
    `SELECT /* selectBegun */ c.id FROM conversations c WHERE ${after} AND c.started_at >= ? AND c.started_at < ? ORDER BY c.started_at, c.id LIMIT ${limit}`,
    [...(afterId ? [toSqlInstant(from), toSqlInstant(from), idToBinary(afterId)] : [toSqlInstant(from)]), toSqlInstant(from), toSqlInstant(to)]);
  return rows.map(({ id }) => binaryToId('cnv', id));
}

/** A message or service line that tells of a turn in the life of a conversation. */
export interface PastLine {
  conversationId: string;
  seq: number;
  at: number;
  authorKind: string;
  event: 'CLOSED' | 'REOPENED' | null;
}

const SAID = "m.kind <> 'EVENT' AND m.visibility = 'PUBLIC'";
const TURN = "m.kind = 'EVENT' AND m.event IN ('CLOSED', 'REOPENED')";

/**
 * The lines up to a number that say how conversations have fared, in their order: the customer's first word, the last word of a
 * person who works here and the customer's first after it or after the last end, and every end and reopening.
 */
export async function selectTurns(q: Queryable, conversations: readonly { id: string; lastSeq: number }[]): Promise<PastLine[]> {
  if (conversations.length === 0) return [];
  const rows = await q.query<{ conversation_id: Buffer; seq: number; sent_at: Instantish; author_kind: string; event: PastLine['event'] }>(
    `WITH /* selectTurns */ known AS (
       SELECT m.conversation_id, m.seq, m.author_kind, m.event, m.sent_at FROM messages m
       WHERE (${conversations.map(() => '(m.conversation_id = ? AND m.seq <= ?)').join(' OR ')}) AND ((${SAID} AND m.author_kind IN ('CUSTOMER', 'AGENT', 'API')) OR (${TURN}))
     ), places AS (
       SELECT conversation_id, MIN(IF(author_kind = 'CUSTOMER' AND event IS NULL, seq, NULL)) AS begun,
         MAX(IF(author_kind IN ('AGENT', 'API') AND event IS NULL, seq, NULL)) AS replied, MAX(IF(event = 'CLOSED' OR (author_kind IN ('AGENT', 'API') AND event IS NULL), seq, NULL)) AS answered
       FROM known GROUP BY conversation_id
     ), asked AS (
       SELECT k.conversation_id, MIN(k.seq) AS seq FROM known k JOIN places p ON p.conversation_id = k.conversation_id AND k.seq > p.answered
       WHERE k.author_kind = 'CUSTOMER' AND k.event IS NULL GROUP BY k.conversation_id
     )
     SELECT k.conversation_id, k.seq, k.author_kind, k.event, k.sent_at FROM known k
     JOIN places p ON p.conversation_id = k.conversation_id LEFT JOIN asked a ON a.conversation_id = k.conversation_id
     WHERE k.seq IN (p.begun, p.replied, a.seq) OR k.event IS NOT NULL ORDER BY k.conversation_id, k.seq`,
    conversations.flatMap(({ id, lastSeq }) => [idToBinary(id), lastSeq]));
  return rows.map((row) => ({ conversationId: binaryToId('cnv', row.conversation_id), seq: row.seq, at: fromSqlInstant(row.sent_at), authorKind: row.author_kind, event: row.event }));
}

/** A turn in a life that is told whole; `priorityBefore` is what the priority was until a line that says it changed. */
export interface LifeLine extends Omit<PastLine, 'event'> {
  event: 'CLOSED' | 'REOPENED' | 'CHANGED' | null;
  priorityBefore: string | null;
}

const PRIORITISED = "m.kind = 'EVENT' AND m.event = 'CHANGED' AND JSON_UNQUOTE(JSON_EXTRACT(m.facts, '$.field')) = 'priority'";

/** Every public word of customers and of people who work here, every end and reopening, and every change of priority, in their order. */
export async function selectLives(q: Queryable, ids: readonly string[]): Promise<LifeLine[]> {
  if (ids.length === 0) return [];
  const rows = await q.query<{ conversation_id: Buffer; seq: number; sent_at: Instantish; author_kind: string; event: LifeLine['event']; priority_before: string | null }>(
    `SELECT /* selectLives */ m.conversation_id, m.seq, m.author_kind, m.event, m.sent_at, IF(m.event = 'CHANGED', JSON_UNQUOTE(JSON_EXTRACT(m.facts, '$.from')), NULL) AS priority_before
     FROM messages m WHERE m.conversation_id IN (${marks(ids.length)}) AND ((${SAID} AND m.author_kind IN ('CUSTOMER', 'AGENT', 'API')) OR (${TURN}) OR (${PRIORITISED}))
     ORDER BY m.conversation_id, m.seq`,
    ids.map(idToBinary));
  return rows.map((row) => ({
    conversationId: binaryToId('cnv', row.conversation_id), seq: row.seq, at: fromSqlInstant(row.sent_at), authorKind: row.author_kind, event: row.event, priorityBefore: row.priority_before,
  }));
}
