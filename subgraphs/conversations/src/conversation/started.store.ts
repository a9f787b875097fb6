import { binaryToId, idToBinary, toSqlInstant, type Queryable } from '@careline/kit/db';
import { selectConversations } from './conversation.store.ts';
import type { ConversationRow } from './conversation.types.ts';

const COUNT = `/* countStartedBetween */ SELECT COUNT(*) AS count FROM (SELECT 1 FROM conversations WHERE started_at >= ? AND started_at < ? ORDER BY started_at DESC, id DESC LIMIT ?) newest`;

/** How many conversations began in [from, to), counted up to `max`. */
export async function countStartedBetween(q: Queryable, from: number, to: number, max: number): Promise<number> {
  const [row] = await q.query<{ count: number }>(COUNT, [toSqlInstant(from), toSqlInstant(to), max]);
  return Number(row!.count);
}

const PAGE = `/* selectStartedBetween */ SELECT id FROM conversations
  WHERE started_at >= ? AND started_at <= ? AND (started_at < ? OR id < ?) ORDER BY started_at DESC, id DESC LIMIT ?`;

/** Conversations that began from `from` on and before a place, newest first. */
export async function selectStartedBetween(q: Queryable, from: number, before: { at: number; id: string | null }, limit: number): Promise<ConversationRow[]> {
  const at = toSqlInstant(before.at);
  const rows = await q.query<{ id: Buffer }>(PAGE, [toSqlInstant(from), at, at, before.id ? idToBinary(before.id) : Buffer.alloc(16), limit]);
  const ids = rows.map(({ id }) => binaryToId('cnv', id));
  const found = await selectConversations(q, ids);
  return ids.flatMap((id) => found.get(id) ?? []);
}
