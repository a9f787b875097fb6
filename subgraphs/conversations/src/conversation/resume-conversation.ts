import type { ConversationsContext } from '../context.ts';
import { seesInternal } from './conversation.rules.ts';
import { selectOpenConversation } from './conversation.store.ts';
import { deliveryMarks } from './delivery-marks.ts';
import { keepVisit } from './keep-visit.ts';
import { selectMessages } from './message.store.ts';
import { findReadable } from './reach-conversation.ts';
import type { ConversationRow, MessageRow } from './conversation.types.ts';

const MESSAGES_MAX = 200;

export interface Resumed {
  conversation: ConversationRow | null;
  messages: MessageRow[] | null;
  hasMore: boolean | null;
}

/**
 * Everything a device has missed since `lastSeq`, in one answer. Without an id it is the visitor's open conversation.
 * Gives nulls when there is none or it may not be read.
 */
export async function resumeConversation(ctx: ConversationsContext, input: { conversationId?: string | null; lastSeq: number }): Promise<Resumed> {
  ctx.viewer.require('conversation:read');
  const conversation = input.conversationId ? await findReadable(ctx, input.conversationId) : await findOwnOpen(ctx);
  if (!conversation) return { conversation: null, messages: null, hasMore: null };
  const messages = await selectMessages(ctx.db, {
    conversationId: conversation.id, afterSeq: Math.max(0, input.lastSeq), isPublicOnly: !seesInternal(ctx.viewer, conversation), limit: MESSAGES_MAX + 1,
  });
  const hasMore = messages.length > MESSAGES_MAX;
  const shown = messages.slice(0, MESSAGES_MAX);
  if (ctx.viewer.isCustomer) {
    keepVisit(ctx);
    const last = shown.at(-1);
    if (last) ctx.runtime.parts.of(deliveryMarks).note(conversation.id, ctx.viewer.identity!.id, last.seq);
  }
  return { conversation, messages: shown, hasMore };
}

async function findOwnOpen(ctx: ConversationsContext): Promise<ConversationRow | null> {
  return ctx.viewer.customerId ? selectOpenConversation(ctx.db, ctx.viewer.customerId, ctx.viewer.identity!.channelId) : null;
}
