import { binaryToId, fromSqlInstant, idToBinary, parseId, toSqlInstant, type Queryable, type Tx } from '@careline/kit/db';
import { fromJson, maybeInstant, type Instantish } from './conversation.sql.ts';
import type { ActorKind, Facts, MessageKind, MessageRow, ServiceLine, Visibility } from './conversation.types.ts';

interface MessageCells {
  conversation_id: Buffer;
  key_owner_id: Buffer;
  seq: number;
  id: Buffer;
  previous_public_seq: number;
  client_message_id: string | null;
  kind: MessageKind;
  visibility: Visibility;
  author_kind: ActorKind;
  author_id: string | null;
  content_enc: Buffer | null;
  event: ServiceLine | null;
  facts: unknown;
  mention_ids: unknown;
  reply_to_seq: number | null;
  sent_at: Instantish;
  recalled_at: Instantish | null;
  recalled_by: string | null;
}

const COLUMNS = [
  'conversation_id', 'seq', 'id', 'previous_public_seq', 'client_message_id', 'kind', 'visibility', 'author_kind', 'author_id',
  'content_enc', 'event', 'facts', 'mention_ids', 'reply_to_seq', 'sent_at',
];
const SELECTED = `${[...COLUMNS, 'recalled_at', 'recalled_by'].map((column) => `m.${column}`).join(', ')}, c.key_owner_id`;
const FROM = 'FROM messages m JOIN conversations c ON c.id = m.conversation_id';

function toMessage(cells: MessageCells): MessageRow {
  return {
    id: binaryToId('msg', cells.id),
    conversationId: binaryToId('cnv', cells.conversation_id),
    keyOwnerId: binaryToId('cus', cells.key_owner_id),
    seq: cells.seq,
    previousPublicSeq: cells.previous_public_seq,
    clientMessageId: cells.client_message_id,
    kind: cells.kind,
    visibility: cells.visibility,
    authorKind: cells.author_kind,
    authorId: cells.author_id,
    content: cells.content_enc,
    event: cells.event,
    facts: cells.facts === null ? null : fromJson<Facts>(cells.facts),
    mentionIds: cells.mention_ids === null ? [] : fromJson<string[]>(cells.mention_ids),
    replyToSeq: cells.reply_to_seq,
    sentAt: fromSqlInstant(cells.sent_at),
    recalledAt: maybeInstant(cells.recalled_at),
    recalledBy: cells.recalled_by,
  };
}

/** Stores messages of one or many conversations in one statement; a number or client id taken twice refuses all of them. */
export async function insertMessages(tx: Tx, rows: readonly MessageRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.later(
    `INSERT /* insertMessages */ INTO messages (${COLUMNS.join(', ')}) VALUES ?`,
    [rows.map((row) => [
      idToBinary(row.conversationId), row.seq, idToBinary(row.id), row.previousPublicSeq, row.clientMessageId, row.kind, row.visibility,
      row.authorKind, row.authorId, row.content, row.event, row.facts && JSON.stringify(row.facts),
      row.mentionIds.length > 0 ? JSON.stringify(row.mentionIds) : null, row.replyToSeq, toSqlInstant(row.sentAt),
    ])]);
}

export interface ClientKey {
  conversationId: string;
  clientMessageId: string;
}

/** Messages that were stored earlier under these client ids. */
export async function selectByClientIds(q: Queryable, keys: readonly ClientKey[]): Promise<MessageRow[]> {
  if (keys.length === 0) return [];
  const rows = await q.query<MessageCells>(
    `SELECT /* selectByClientIds */ ${SELECTED} ${FROM} WHERE ${keys.map(() => '(m.conversation_id = ? AND m.client_message_id = ?)').join(' OR ')}`,
    keys.flatMap((key) => [idToBinary(key.conversationId), key.clientMessageId]));
  return rows.map(toMessage);
}

export interface MessageSpan {
  conversationId: string;
  /** Exclusive bounds. */
  afterSeq?: number;
  beforeSeq?: number;
  isPublicOnly: boolean;
  limit: number;
  isBackward?: boolean;
}

/** Messages of one conversation between two numbers, oldest first; backward spans take the newest ones. */
export async function selectMessages(q: Queryable, span: MessageSpan): Promise<MessageRow[]> {
  const conditions = ['m.conversation_id = ?'];
  const params: unknown[] = [idToBinary(span.conversationId)];
  if (span.afterSeq !== undefined) {
    conditions.push('m.seq > ?');
    params.push(span.afterSeq);
  }
  if (span.beforeSeq !== undefined) {
    conditions.push('m.seq < ?');
    params.push(span.beforeSeq);
  }
  if (span.isPublicOnly) conditions.push("m.visibility = 'PUBLIC'");
  const rows = await q.query<MessageCells>(
    `SELECT /* selectMessages */ ${SELECTED} ${FROM} WHERE ${conditions.join(' AND ')}
     ORDER BY m.seq ${span.isBackward ? 'DESC' : 'ASC'} LIMIT ${Math.trunc(span.limit)}`, params);
  const messages = rows.map(toMessage);
  return span.isBackward ? messages.reverse() : messages;
}

/** The messages with these numbers, in any conversations; holes are absent. */
export async function selectBySeqs(q: Queryable, places: readonly { conversationId: string; seq: number }[]): Promise<MessageRow[]> {
  if (places.length === 0) return [];
  const rows = await q.query<MessageCells>(
    `SELECT /* selectBySeqs */ ${SELECTED} ${FROM} WHERE ${places.map(() => '(m.conversation_id = ? AND m.seq = ?)').join(' OR ')}`,
    places.flatMap((place) => [idToBinary(place.conversationId), place.seq]));
  return rows.map(toMessage);
}

/** The number of what was said last between the two sides, by conversation; absent where nothing was said yet. */
export async function selectSaidSeqs(q: Queryable, conversationIds: readonly string[]): Promise<Map<string, number>> {
  if (conversationIds.length === 0) return new Map();
  // One short walk from the end of each conversation; a MAX would read all of it.
  const rows = await q.query<{ conversation_id: Buffer; seq: number | null }>(
    `SELECT /* selectSaidSeqs */ c.id AS conversation_id, (SELECT m.seq FROM messages m WHERE m.conversation_id = c.id
       AND m.kind = 'TEXT' AND m.visibility = 'PUBLIC' ORDER BY m.seq DESC LIMIT 1) AS seq
     FROM conversations c WHERE c.id IN (${conversationIds.map(() => '?').join(', ')})`, conversationIds.map(idToBinary));
  return new Map(rows.flatMap((row) => (row.seq === null ? [] : [[binaryToId('cnv', row.conversation_id), row.seq] as const])));
}

/** Service lines of these kinds in all conversations that began with a customer, with the numbers of those. */
export async function selectLinesOf(q: Queryable, keyOwnerId: string, events: readonly string[]): Promise<{ row: MessageRow; number: string }[]> {
  const rows = await q.query<MessageCells & { number: number }>(
    `SELECT /* selectLinesOf */ ${SELECTED}, c.number ${FROM} WHERE c.key_owner_id = ? AND m.kind = 'EVENT' AND m.event IN (${events.map(() => '?').join(', ')})`,
    [idToBinary(keyOwnerId), ...events]);
  return rows.map((cells) => ({ row: toMessage(cells), number: String(cells.number) }));
}

/** Marks a message as taken back. */
export async function updateRecalled(tx: Tx, message: Pick<MessageRow, 'conversationId' | 'seq'>, recalledAt: number, recalledBy: string): Promise<void> {
  await tx.execute('UPDATE /* updateRecalled */ messages SET recalled_at = ?, recalled_by = ? WHERE conversation_id = ? AND seq = ?',
    [toSqlInstant(recalledAt), recalledBy, idToBinary(message.conversationId), message.seq]);
}

/** Messages of a conversation that were taken back at an instant or later, in order. */
export async function selectRecalledSince(q: Queryable, conversationId: string, at: number): Promise<MessageRow[]> {
  const rows = await q.query<MessageCells>(`SELECT /* selectRecalledSince */ ${SELECTED} ${FROM} WHERE m.conversation_id = ? AND m.recalled_at >= ? ORDER BY m.seq`, [idToBinary(conversationId), toSqlInstant(at)]);
  return rows.map(toMessage);
}

export async function selectMessageById(q: Queryable, id: string): Promise<MessageRow | null> {
  const key = parseId('msg', id);
  if (!key) return null;
  const rows = await q.query<MessageCells>(`SELECT /* selectMessageById */ ${SELECTED} ${FROM} WHERE m.id = ?`, [key]);
  return rows[0] ? toMessage(rows[0]) : null;
}

export interface UnreadQuestion {
  conversationId: string;
  /** The read mark. */
  afterSeq: number;
  /** The conversation's last number. */
  lastSeq: number;
  isPublicOnly: boolean;
}

const UNREAD_MAX = 100;
/** Where at most so many numbers follow the mark all of them are looked at, in one walk for all conversations; else each is counted for itself, from its end. */
const NEAR = 200;

/** How many words of others than `reader` follow a read mark, each counted up to 100. */
export async function countUnread(q: Queryable, reader: { kind: ActorKind; id: string }, questions: readonly UnreadQuestion[]): Promise<number[]> {
  const spans = questions.map(({ afterSeq, lastSeq }) => lastSeq - afterSeq);
  const near = await countNear(q, reader, questions.filter((_question, place) => spans[place]! > 0 && spans[place]! <= NEAR));
  const far = await countFar(q, reader, questions.filter((_question, place) => spans[place]! > NEAR));
  return questions.map(({ conversationId }) => Math.min(near.get(conversationId) ?? far.get(conversationId) ?? 0, UNREAD_MAX));
}

const IS_OTHERS = "m.kind <> 'EVENT' AND NOT (m.author_kind = ? AND m.author_id <=> ?)";
const spanOf = ({ isPublicOnly }: UnreadQuestion) => `m.conversation_id = ? AND m.seq > ?${isPublicOnly ? " AND m.visibility = 'PUBLIC'" : ''}`;

async function countNear(q: Queryable, reader: { kind: ActorKind; id: string }, questions: readonly UnreadQuestion[]): Promise<Map<string, number>> {
  if (questions.length === 0) return new Map();
  const rows = await q.query<{ conversation_id: Buffer; unread: number }>(
    `SELECT /* countUnread */ m.conversation_id, COUNT(*) AS unread FROM messages m FORCE INDEX (PRIMARY)
     WHERE (${questions.map((question) => `(${spanOf(question)})`).join(' OR ')}) AND ${IS_OTHERS} GROUP BY m.conversation_id`,
    [...questions.flatMap(({ conversationId, afterSeq }) => [idToBinary(conversationId), afterSeq]), reader.kind, reader.id]);
  return new Map(rows.map((row) => [binaryToId('cnv', row.conversation_id), Number(row.unread)]));
}

async function countFar(q: Queryable, reader: { kind: ActorKind; id: string }, questions: readonly UnreadQuestion[]): Promise<Map<string, number>> {
  if (questions.length === 0) return new Map();
  const rows = await q.query<{ place: number; unread: number }>(
    questions.map((question, place) => `(SELECT /* countManyUnread */ ${place} AS place, COUNT(*) AS unread FROM (
       SELECT m.seq FROM messages m WHERE ${spanOf(question)} AND ${IS_OTHERS} ORDER BY m.seq DESC LIMIT ${UNREAD_MAX}) u)`).join(' UNION ALL '),
    questions.flatMap(({ conversationId, afterSeq }) => [idToBinary(conversationId), afterSeq, reader.kind, reader.id]));
  return new Map(rows.map((row) => [questions[Number(row.place)]!.conversationId, Number(row.unread)]));
}

/** Words of others after `afterSeq`, those of customers left out when `isCustomerPassed`, oldest first: what the reply guard holds against an author. */
export async function selectWordsOfOthers(
  q: Queryable, span: { conversationId: string; afterSeq: number; authorKind: ActorKind; authorId: string | null; isCustomerPassed: boolean; limit: number },
): Promise<MessageRow[]> {
  const rows = await q.query<MessageCells>(
    `SELECT /* selectWordsOfOthers */ ${SELECTED} ${FROM} WHERE m.conversation_id = ? AND m.seq > ? AND m.kind <> 'EVENT'
     AND NOT (m.author_kind = ? AND m.author_id <=> ?) ${span.isCustomerPassed ? "AND m.author_kind <> 'CUSTOMER'" : ''} ORDER BY m.seq LIMIT ${Math.trunc(span.limit)}`,
    [idToBinary(span.conversationId), span.afterSeq, span.authorKind, span.authorId]);
  return rows.map(toMessage);
}

/** A form and a first message stand at the very begin; what comes later is talk. */
const OPENING_SEQ_MAX = 12;

/** What customers said publicly at the begin of these conversations, in order. */
export async function selectFirstSaid(q: Queryable, conversationIds: readonly string[]): Promise<MessageRow[]> {
  if (conversationIds.length === 0) return [];
  const rows = await q.query<MessageCells>(
    `SELECT /* selectFirstSaid */ ${SELECTED} ${FROM} WHERE m.conversation_id IN (${conversationIds.map(() => '?').join(', ')}) AND m.seq <= ?
      AND m.author_kind = 'CUSTOMER' AND m.kind <> 'EVENT' AND m.visibility = 'PUBLIC' ORDER BY m.conversation_id, m.seq`,
    [...conversationIds.map(idToBinary), OPENING_SEQ_MAX]);
  return rows.map(toMessage);
}
