import { isDuplicate, type Tx } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import { appendEvent } from '@careline/kit/events';
import { conversationReopened } from '@careline/schema/events';
import type { ConversationsContext } from '../context.ts';
import { appendServiceLine, SYSTEM } from './append-line.ts';
import { lineFacts } from './conversation.facts.ts';
import { callHooks } from './conversation.hooks.ts';
import { actorOf, canReopen, canRead } from './conversation.rules.ts';
import { lockFor } from './reach-conversation.ts';
import type { ActorRef, ConversationRow, LockedConversation } from './conversation.types.ts';

/**
 * Opens a conversation again within 24 h of its end: an agent takes it up again, for anybody else it waits in its queue.
 * An open one stays as it is. Refuses WINDOW_CLOSED later, WRONG_STATE while the customer has another open one.
 */
export async function reopenConversation(ctx: ConversationsContext, input: { conversationId: string }): Promise<ConversationRow> {
  ctx.viewer.require('conversation:close');
  return reopen(ctx, input.conversationId, actorOf(ctx.viewer), ctx.viewer.agentId);
}

/** The same, because the customer wrote on: whether the role may reopen is not asked, only whether it is the own one. */
export async function reopenByCustomer(ctx: ConversationsContext, conversationId: string): Promise<ConversationRow> {
  return reopen(ctx, conversationId, ctx.viewer.identity ? actorOf(ctx.viewer) : SYSTEM, null);
}

async function reopen(ctx: ConversationsContext, conversationId: string, actor: ActorRef, agentId: string | null): Promise<ConversationRow> {
  const permission = actor.kind === 'CUSTOMER' ? 'message:send' : 'conversation:close';
  try {
    return await ctx.transaction(async (tx) => {
      const conversation = await lockFor(ctx, tx, conversationId, permission);
      if (conversation.state !== 'CLOSED' || !canRead(ctx.viewer, conversation)) return conversation;
      if (!canReopen(conversation, ctx.clock.now())) {
        throw refuse('WINDOW_CLOSED', 'conversationId', { zh: '会话结束已超过 24 小时，请新建会话。', en: 'It ended more than 24 hours ago. Start a new one.' });
      }
      await begin(ctx, tx, conversation, actor, agentId);
      return conversation;
    });
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw refuse('WRONG_STATE', 'conversationId', { zh: '该客户已有进行中的会话。', en: 'The customer has another open conversation.' });
  }
}

async function begin(ctx: ConversationsContext, tx: Tx, conversation: LockedConversation, actor: ActorRef, agentId: string | null): Promise<void> {
  const now = ctx.clock.now();
  conversation.closedAt = null;
  conversation.waitingSince = now;
  conversation.state = agentId ? 'ACTIVE' : 'QUEUED';
  conversation.agentId = agentId;
  await appendServiceLine(ctx, tx, conversation, { event: 'REOPENED', facts: { by: actor.kind }, actor });
  await appendEvent(tx, conversationReopened.make(conversation.id, { ...lineFacts(conversation), by: actor.kind }), now);
  if (agentId) await callHooks.assigned(ctx, tx, conversation);
  else await callHooks.started(ctx, tx, conversation, 'REOPENED');
}
