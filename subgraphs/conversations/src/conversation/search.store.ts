import { binaryToId, idToBinary, type Queryable } from '@careline/kit/db';
import { marks } from './conversation.sql.ts';
import { CONVERSATION_COLUMNS, toConversation, type ConversationCells } from './conversation.store.ts';
import { taggedCondition, type Listed } from './list.store.ts';
import { messageIndex } from './message-words.ts';
import type { ConversationRow, Visibility } from './conversation.types.ts';

/** A text at a place of the index, still sealed, with its conversation. */
export interface Candidate {
  place: number;
  /** 0: the subject. */
  seq: number;
  conversation: ConversationRow;
  /** Null for a subject. */
  message: { id: string; content: Buffer | null; visibility: Visibility } | null;
}

type CandidateCells = ConversationCells & { place: number; seq: number; message_id: Buffer | null; content_enc: Buffer | null; visibility: Visibility };

/** The texts at these places whose conversations belong to the list. */
export async function selectCandidates(q: Queryable, places: readonly number[], { conditions, tags }: Listed): Promise<Candidate[]> {
  if (places.length === 0) return [];
  const all = [...conditions, ...(tags.length > 0 ? [taggedCondition(tags)] : [])];
  const rows = await q.query<CandidateCells>(
    `SELECT /* selectCandidates */ STRAIGHT_JOIN w.place, w.seq, m.id AS message_id, m.content_enc, m.visibility, ${CONVERSATION_COLUMNS}
     FROM ${messageIndex.table} w JOIN conversations c ON c.id = w.owner_id LEFT JOIN messages m ON m.conversation_id = w.owner_id AND m.seq = w.seq
     WHERE w.place IN (${marks(places.length)}) ${all.map((one) => `AND (${one.sql})`).join(' ')}`, [...places, ...all.flatMap((one) => one.params)]);
  return rows.map((cells) => ({
    place: Number(cells.place), seq: cells.seq, conversation: toConversation(cells),
    message: cells.message_id && { id: binaryToId('msg', cells.message_id), content: cells.content_enc, visibility: cells.visibility },
  }));
}

/** Conversations whose words are sealed with one of these keys; `customerIds` are whose they are today. */
export async function selectSealedBy(q: Queryable, keyOwnerIds: readonly string[], customerIds: readonly string[]): Promise<Buffer[]> {
  const rows = await q.query<{ id: Buffer }>(
    `SELECT /* selectSealedBy */ c.id FROM conversations c
     WHERE c.customer_id IN (${marks(customerIds.length)}) AND c.key_owner_id IN (${marks(keyOwnerIds.length)})`, [...customerIds, ...keyOwnerIds].map(idToBinary));
  return rows.map((row) => row.id);
}

/** A message as it is read to be made findable. */
export interface EarlierMessage {
  id: Buffer;
  conversationId: string;
  keyOwnerId: string;
  seq: number;
  content: Buffer | null;
  /** Of the conversation; with its first message only. */
  subject: Buffer | null;
}

/** The next messages in the order of their ids, which is that of time. */
export async function selectEarlier(q: Queryable, afterId: Buffer, limit: number): Promise<EarlierMessage[]> {
  const rows = await q.query<{ id: Buffer; conversation_id: Buffer; key_owner_id: Buffer; seq: number; content_enc: Buffer | null; subject_enc: Buffer | null }>(
    `SELECT /* selectEarlier */ STRAIGHT_JOIN m.id, m.conversation_id, m.seq, IF(m.recalled_at IS NULL, m.content_enc, NULL) AS content_enc, c.key_owner_id, IF(m.seq = 1, c.subject_enc, NULL) AS subject_enc
     FROM messages m FORCE INDEX (messages_id) JOIN conversations c ON c.id = m.conversation_id WHERE m.id > ? ORDER BY m.id LIMIT ${Math.trunc(limit)}`, [afterId]);
  return rows.map((row) => ({
    id: row.id, conversationId: binaryToId('cnv', row.conversation_id), keyOwnerId: binaryToId('cus', row.key_owner_id), seq: row.seq, content: row.content_enc, subject: row.subject_enc,
  }));
}
