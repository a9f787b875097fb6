import { binaryToId, fromSqlInstant, idToBinary, toSqlInstant, type Queryable, type Tx } from '@careline/kit/db';
import { fromJson, marks, type Instantish } from './conversation.sql.ts';
import type { Visibility } from './conversation.types.ts';

export interface DraftRow {
  conversationId: string;
  agentId: string;
  /** Null: removed or sent; the row stays so that an older text cannot come back. */
  content: Buffer | null;
  visibility: Visibility;
  attachmentIds: string[];
  typedAt: number;
  savedAt: number;
}

interface Cells {
  conversation_id: Buffer;
  agent_id: Buffer;
  content_enc: Buffer | null;
  visibility: Visibility;
  attachment_ids: unknown;
  typed_at: Instantish;
  saved_at: Instantish;
}

const toDraft = (cells: Cells): DraftRow => ({
  conversationId: binaryToId('cnv', cells.conversation_id),
  agentId: binaryToId('agt', cells.agent_id),
  content: cells.content_enc,
  visibility: cells.visibility,
  attachmentIds: fromJson<string[]>(cells.attachment_ids),
  typedAt: fromSqlInstant(cells.typed_at),
  savedAt: fromSqlInstant(cells.saved_at),
});

/** One agent's drafts in these conversations, removed ones included. */
export async function selectDrafts(q: Queryable, agentId: string, conversationIds: readonly string[]): Promise<DraftRow[]> {
  if (conversationIds.length === 0) return [];
  const rows = await q.query<Cells>(
    `SELECT /* selectDrafts */ * FROM drafts WHERE agent_id = ? AND conversation_id IN (${marks(conversationIds.length)})`,
    [idToBinary(agentId), ...conversationIds.map(idToBinary)]);
  return rows.map(toDraft);
}

/** Stores a draft unless a text typed later is there; equal times let the later call win. */
export async function storeDraft(tx: Tx, row: DraftRow): Promise<void> {
  const newer = 'VALUES(typed_at) >= typed_at';
  await tx.execute(
    `INSERT /* storeDraft */ INTO drafts (conversation_id, agent_id, content_enc, visibility, attachment_ids, saved_at, typed_at) VALUES (${marks(7)})
     ON DUPLICATE KEY UPDATE content_enc = IF(${newer}, VALUES(content_enc), content_enc), visibility = IF(${newer}, VALUES(visibility), visibility),
       attachment_ids = IF(${newer}, VALUES(attachment_ids), attachment_ids), saved_at = IF(${newer}, VALUES(saved_at), saved_at),
       typed_at = GREATEST(typed_at, VALUES(typed_at))`,
    [idToBinary(row.conversationId), idToBinary(row.agentId), row.content, row.visibility, JSON.stringify(row.attachmentIds),
      toSqlInstant(row.savedAt), toSqlInstant(row.typedAt)]);
}

/** Empties drafts whose text was just sent. */
export async function emptyDrafts(tx: Tx, places: readonly { conversationId: string; agentId: string }[]): Promise<void> {
  if (places.length === 0) return;
  await tx.later(
    `UPDATE /* emptyDrafts */ drafts SET content_enc = NULL, attachment_ids = '[]'
     WHERE content_enc IS NOT NULL AND (${places.map(() => '(conversation_id = ? AND agent_id = ?)').join(' OR ')})`,
    places.flatMap((place) => [idToBinary(place.conversationId), idToBinary(place.agentId)]));
}

export async function deleteEmptyDrafts(q: Queryable, savedBefore: number, limit: number): Promise<number> {
  const { affectedRows } = await q.execute(
    `DELETE /* deleteEmptyDrafts */ FROM drafts WHERE content_enc IS NULL AND saved_at < ? ORDER BY saved_at LIMIT ${Math.trunc(limit)}`,
    [toSqlInstant(savedBefore)]);
  return affectedRows;
}
