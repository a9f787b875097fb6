import { idToBinary, toSqlInstant, type Tx } from '@careline/kit/db';
import { marks } from './conversation.sql.ts';
import type { ConversationRow, ListedFacts } from './conversation.types.ts';
import { insertTallyChanges, tallyChanges } from './tally.store.ts';

/** A conversation as it was just written, and what the tables for lists still say of it; null: nothing yet. */
export type Written = ListedFacts & Pick<ConversationRow, 'id' | 'startedAt'> & { stored: ListedFacts | null };

export function listedFacts({ state, agentId, queueId, priority, channelKind, tags, lastTextSeq, lastMessageAt }: ListedFacts): ListedFacts {
  return { state, agentId, queueId, priority, channelKind, tags: [...tags], lastTextSeq, lastMessageAt };
}

/** Brings counters, tags and the marks of what is open in line with conversations that were just written, in their transaction. */
export async function storeListed(tx: Tx, rows: readonly Written[]): Promise<void> {
  await insertTallyChanges(tx, rows.flatMap((row) => tallyChanges(row.stored, row)));
  for (const row of rows) {
    if (!hasSameTags(row)) await replaceTags(tx, row);
    if (row.stored && (row.stored.state === 'CLOSED') !== (row.state === 'CLOSED')) await markOpen(tx, row.id, row.state !== 'CLOSED');
  }
  await moveTags(tx, rows.filter((row) => row.tags.length > 0 && hasSameTags(row) && row.stored!.lastMessageAt !== row.lastMessageAt));
}

const hasSameTags = ({ stored, tags }: Written) => (stored?.tags ?? []).join('\n') === tags.join('\n');

async function replaceTags(tx: Tx, { id, tags, lastMessageAt, startedAt, stored }: Written): Promise<void> {
  const key = idToBinary(id);
  if (stored) await tx.later('DELETE /* dropTags */ FROM conversation_tags WHERE conversation_id = ?', [key]);
  if (tags.length === 0) return;
  await tx.later(`INSERT /* insertTags */ INTO conversation_tags (conversation_id, tag, last_message_at, started_at) VALUES ?`,
    [tags.map((tag) => [key, tag, toSqlInstant(lastMessageAt), toSqlInstant(startedAt)])]);
}

/** Lists by tag are in the order of the last message too. */
async function moveTags(tx: Tx, rows: readonly Written[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.later(
    `UPDATE /* moveTags */ conversation_tags t JOIN conversations c ON c.id = t.conversation_id SET t.last_message_at = c.last_message_at
     WHERE t.conversation_id IN (${marks(rows.length)})`, rows.map((row) => idToBinary(row.id)));
}

/** Agents' read marks are looked through by agent only while the conversation is open. */
async function markOpen(tx: Tx, id: string, isOpen: boolean): Promise<void> {
  await tx.later(isOpen
    ? "UPDATE /* markOpen */ read_marks SET open_actor_id = actor_id WHERE conversation_id = ? AND actor_kind = 'AGENT'"
    : 'UPDATE /* markClosed */ read_marks SET open_actor_id = NULL WHERE conversation_id = ? AND open_actor_id IS NOT NULL', [idToBinary(id)]);
}
