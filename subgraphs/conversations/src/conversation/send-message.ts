import { Refusal, refuse } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { messageCommitter } from './commit-messages.ts';
import { canReopen } from './conversation.rules.ts';
import type { Sent } from './message-batch.ts';
import { readWritten, type Written } from './message-input.ts';
import { findReadable } from './reach-conversation.ts';
import { reopenByCustomer } from './reopen-conversation.ts';

export interface SendMessage extends Written {
  replyToSeq?: number | null;
  lastSeenSeq?: number | null;
  confirm?: boolean | null;
  isDraftKept?: boolean | null;
}

/**
 * Stores one public message; the same `clientMessageId` always gives the first result.
 *
 * A customer who writes within 24 h of the end opens the conversation again; later it is refused WRONG_STATE.
 * Refuses CONFLICT_NEW_MESSAGES, with what was said, to who works here and has not seen it.
 */
export async function sendMessage(ctx: ConversationsContext, input: SendMessage): Promise<Sent> {
  ctx.viewer.require('message:send');
  if (ctx.viewer.isStaff && input.lastSeenSeq == null) {
    throw refuse('REQUIRED', 'lastSeenSeq', { zh: '请附上已看到的最后一条消息的序号。', en: 'Say which message you saw last.' });
  }
  return commitPublic(ctx, input);
}

/** Stores a public message of the caller without asking for the reply guard: the first message of a conversation. */
export async function commitPublic(ctx: ConversationsContext, input: SendMessage): Promise<Sent> {
  const content = await readWritten(ctx, input);
  const commit = () => ctx.runtime.parts.of(messageCommitter).commit({
    ctx, permission: 'message:send', conversationId: input.conversationId, clientMessageId: input.clientMessageId, visibility: 'PUBLIC', content,
    replyToSeq: input.replyToSeq ?? null, mentionIds: [], lastSeenSeq: ctx.viewer.isCustomer ? null : (input.lastSeenSeq ?? null),
    isConfirmed: input.confirm ?? false, isDraftKept: input.isDraftKept ?? false,
  });
  try {
    return await commit();
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'WRONG_STATE' || !ctx.viewer.isCustomer) throw error;
    const conversation = await findReadable(ctx, input.conversationId);
    if (!conversation || !canReopen(conversation, ctx.clock.now())) throw error;
    await reopenByCustomer(ctx, conversation.id);
    return commit();
  }
}
