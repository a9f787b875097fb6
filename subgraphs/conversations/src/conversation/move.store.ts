import { idToBinary, type Tx } from '@careline/kit/db';

/** Gives the conversations of a merged customer to the survivor and remembers which they were. */
export async function moveConversations(tx: Tx, merge: { mergeId: string; survivorId: string; mergedId: string }): Promise<void> {
  const ids = [merge.mergeId, merge.survivorId, merge.mergedId].map(idToBinary) as [Buffer, Buffer, Buffer];
  await tx.execute(
    'INSERT /* rememberMoves */ IGNORE INTO conversation_moves (merge_id, conversation_id) SELECT ?, id FROM conversations WHERE customer_id = ?', [ids[0], ids[2]]);
  await tx.execute('UPDATE /* moveConversations */ conversations SET customer_id = ?, version = version + 1 WHERE customer_id = ?', [ids[1], ids[2]]);
}

/** Gives back exactly the conversations that a merge had moved. */
export async function moveBack(tx: Tx, merge: { mergeId: string; mergedId: string }): Promise<void> {
  const mergeId = idToBinary(merge.mergeId);
  await tx.execute(
    `UPDATE /* moveBack */ conversations SET customer_id = ?, version = version + 1
     WHERE id IN (SELECT conversation_id FROM conversation_moves WHERE merge_id = ?)`, [idToBinary(merge.mergedId), mergeId]);
  await tx.execute('DELETE /* forgetMoves */ FROM conversation_moves WHERE merge_id = ?', [mergeId]);
}
