import { binaryToId, fromSqlInstant, idToBinary, toSqlInstant, type Queryable, type Tx } from '@careline/kit/db';
import { marks, type Instantish } from './conversation.sql.ts';
import { deleteReadMentions } from './mention.store.ts';
import type { ReadMarkRow } from './conversation.types.ts';

interface Cells {
  conversation_id: Buffer;
  actor_id: string;
  actor_kind: ReadMarkRow['actorKind'];
  seq: number;
  delivered_seq: number;
  moved_at: Instantish;
}

const toMark = (cells: Cells): ReadMarkRow => ({
  conversationId: binaryToId('cnv', cells.conversation_id),
  actorId: cells.actor_id,
  actorKind: cells.actor_kind,
  seq: cells.seq,
  deliveredSeq: cells.delivered_seq,
  at: fromSqlInstant(cells.moved_at),
});

/** All read marks of these conversations. */
export async function selectReadMarks(q: Queryable, conversationIds: readonly string[]): Promise<ReadMarkRow[]> {
  if (conversationIds.length === 0) return [];
  const rows = await q.query<Cells>(
    `SELECT /* selectReadMarks */ * FROM read_marks WHERE conversation_id IN (${marks(conversationIds.length)})`, conversationIds.map(idToBinary));
  return rows.map(toMark);
}

/** A mark on its way forward; `isOpen` says whether its conversation is. */
export type MovedMark = ReadMarkRow & { isOpen: boolean };

/** Moves marks forward, never back. What is read was also received; a mention that is read is forgotten. */
export async function moveReadMarks(tx: Tx, rows: readonly MovedMark[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.later(
    `INSERT /* moveReadMarks */ INTO read_marks (conversation_id, actor_id, actor_kind, seq, delivered_seq, moved_at, open_actor_id) VALUES ?
     ON DUPLICATE KEY UPDATE moved_at = IF(VALUES(seq) > seq, VALUES(moved_at), moved_at),
       delivered_seq = GREATEST(delivered_seq, VALUES(delivered_seq)), seq = GREATEST(seq, VALUES(seq)), open_actor_id = COALESCE(VALUES(open_actor_id), open_actor_id)`,
    [rows.map((row) => [
      idToBinary(row.conversationId), row.actorId, row.actorKind, row.seq, Math.max(row.seq, row.deliveredSeq), toSqlInstant(row.at),
      row.isOpen && row.actorKind === 'AGENT' ? row.actorId : null,
    ])]);
  await deleteReadMentions(tx, rows.filter((row) => row.actorKind === 'AGENT'));
}
