import type { Tx } from '@careline/kit/db';
import { appError } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { lockConversation } from './append-line.ts';
import { selectConversations } from './conversation.store.ts';
import { belongingsOf, canRead } from './conversation.rules.ts';
import type { ConversationRow, LockedConversation } from './conversation.types.ts';

/** A conversation the caller may read; null when there is none or it lies outside the caller's scope. */
export async function findReadable(ctx: ConversationsContext, id: string): Promise<ConversationRow | null> {
  const row = (await selectConversations(ctx.db, [id])).get(id);
  return row && canRead(ctx.viewer, row) ? row : null;
}

/** The same for verbs: throws NOT_FOUND instead. */
export async function requireReadable(ctx: ConversationsContext, id: string): Promise<ConversationRow> {
  const row = await findReadable(ctx, id);
  if (!row) throw appError('NOT_FOUND');
  return row;
}

/**
 * The conversation, locked, once the caller's grant of `permission` is known to reach it.
 * Throws NOT_FOUND for who may not even read it, FORBIDDEN for who may read but not do this.
 */
export async function lockFor(ctx: ConversationsContext, tx: Tx, id: string, permission: string): Promise<LockedConversation> {
  const row = await lockConversation(tx, id);
  if (!row) throw appError('NOT_FOUND');
  ctx.viewer.requireOn(permission, belongingsOf(row), 'conversation:read');
  return row;
}
