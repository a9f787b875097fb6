import { recordAudit } from '@careline/kit/audit';
import type { Tx } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { assignOwner, ownerOf, requireOpen } from './change-owner.ts';
import { actorOf } from './conversation.rules.ts';
import { lockFor } from './reach-conversation.ts';
import type { ConversationRow, LockedConversation } from './conversation.types.ts';

export interface AssignConversation {
  conversationId: string;
  agentId?: string | null;
  expectedAgentId?: string | null;
}

/**
 * Gives a conversation to an agent, the caller unless said otherwise. Of two callers exactly one wins;
 * the other is refused ALREADY_ASSIGNED with the conversation as it is. Refuses NOT_AVAILABLE for an agent who may not take it.
 */
export async function assignConversation(ctx: ConversationsContext, input: AssignConversation): Promise<ConversationRow> {
  ctx.viewer.require('conversation:assign');
  const agentId = input.agentId ?? ctx.viewer.agentId;
  if (!agentId) throw refuse('REQUIRED', 'agentId', { zh: '请选择客服。', en: 'Choose an agent.' });
  const mayTake = await ctx.deps.mayTake(ctx, input.conversationId, [agentId]);
  return ctx.transaction(async (tx) => {
    const seen = await lockFor(ctx, tx, input.conversationId, 'conversation:assign');
    requireOpen(seen);
    if (ownerOf(seen) === agentId) return seen;
    if (!mayTake.has(agentId)) throw notAvailable('agentId');
    const { isAssigned, conversation } = await giveTo(ctx, tx, { conversationId: seen.id, agentId, expectedAgentId: input.expectedAgentId ?? null });
    if (!isAssigned) {
      throw refuse('ALREADY_ASSIGNED', 'expectedAgentId', { zh: '该会话已由其他客服接待。', en: 'Another agent has it already.' }, { conversation });
    }
    return conversation;
  });
}

/** Gives a conversation to an agent in the name of the caller and in the caller's transaction, with its audit entry. */
export async function giveTo(
  ctx: ConversationsContext, tx: Tx, { conversationId, agentId, expectedAgentId }: { conversationId: string; agentId: string; expectedAgentId: string | null },
): Promise<{ isAssigned: boolean; conversation: LockedConversation }> {
  const given = await assignOwner(ctx, tx, { conversationId, agentId, expectedAgentId, because: null, actor: actorOf(ctx.viewer) });
  if (given.isAssigned) {
    await recordAudit(tx, ctx, { verb: 'conversation:assign', subjectId: conversationId, before: { agentId: expectedAgentId }, after: { agentId } });
  }
  return given;
}

export function notAvailable(field: string) {
  return refuse('NOT_AVAILABLE', field, { zh: '该客服不在线或不服务此队列。', en: 'That agent is not online or does not serve this queue.' });
}
