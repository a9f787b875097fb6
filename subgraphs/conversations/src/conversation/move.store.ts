import { binaryToId, idToBinary, type Queryable, type Tx } from '@careline/kit/db';

/** Gives the conversations of a merged customer to the survivor and remembers which they were. */
export async function moveConversations(tx: Tx, merge: { mergeId: string; survivorId: string; mergedId: string }): Promise<void> {
  const [mergeId, survivorId, mergedId] = [idToBinary(merge.mergeId), idToBinary(merge.survivorId), idToBinary(merge.mergedId)];
  await tx.execute(
    '/* rememberMoves */ INSERT IGNORE INTO conversation_moves (merge_id, conversation_id) SELECT ?, id FROM conversations WHERE customer_id = ?', [mergeId, mergedId]);
  await tx.execute('/* moveConversations */ UPDATE conversations SET customer_id = ? WHERE customer_id = ?', [survivorId, mergedId]);
}

/** Conversations that a merge moved and that were not moved back. */
export async function selectMoved(q: Queryable, mergeId: string): Promise<string[]> {
  const rows = await q.query<{ conversation_id: Buffer }>(
    '/* selectMoved */ SELECT conversation_id FROM conversation_moves WHERE merge_id = ? ORDER BY conversation_id', [idToBinary(mergeId)]);
  return rows.map((row) => binaryToId('cnv', row.conversation_id));
}

/** Gives back exactly the conversations that a merge had moved. */
export async function moveBack(tx: Tx, merge: { mergeId: string; mergedId: string }): Promise<void> {
  const mergeId = idToBinary(merge.mergeId);
  await tx.execute(
    `/* moveBack */ UPDATE conversations SET customer_id = ?
     WHERE id IN (SELECT conversation_id FROM conversation_moves WHERE merge_id = ?)`, [idToBinary(merge.mergedId), mergeId]);
  await tx.execute('/* forgetMoves */ DELETE FROM conversation_moves WHERE merge_id = ?', [mergeId]);
}
