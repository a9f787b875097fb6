import { binaryToId, fromSqlInstant, idToBinary, toSqlInstant, type Queryable, type Tx } from '@careline/kit/db';
import { fromJson, marks, type Instantish } from './conversation.sql.ts';
import type { RatingReason } from './conversation.types.ts';

export interface RatingRow {
  conversationId: string;
  score: number;
  reasons: RatingReason[];
  comment: Buffer | null;
  at: number;
}

/** Ratings of these conversations; unrated ones are absent. */
export async function selectRatings(q: Queryable, conversationIds: readonly string[]): Promise<RatingRow[]> {
  if (conversationIds.length === 0) return [];
  const rows = await q.query<{ conversation_id: Buffer; score: number; reasons: unknown; comment_enc: Buffer | null; rated_at: Instantish }>(
    `SELECT /* selectRatings */ * FROM ratings WHERE conversation_id IN (${marks(conversationIds.length)})`, conversationIds.map(idToBinary));
  return rows.map((row) => ({
    conversationId: binaryToId('cnv', row.conversation_id), score: row.score, reasons: fromJson<RatingReason[]>(row.reasons),
    comment: row.comment_enc, at: fromSqlInstant(row.rated_at),
  }));
}

/** Stores the one rating; a second one is a duplicate. */
export async function insertRating(tx: Tx, row: RatingRow): Promise<void> {
  await tx.execute(
    `INSERT /* insertRating */ INTO ratings (conversation_id, score, reasons, comment_enc, rated_at) VALUES (${marks(5)})`,
    [idToBinary(row.conversationId), row.score, JSON.stringify(row.reasons), row.comment, toSqlInstant(row.at)]);
}
