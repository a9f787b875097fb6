import type { Tx } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import { appendEvent } from '@careline/kit/events';
import { conversationClosed } from '@careline/schema/events';
import type { ConversationsContext } from '../context.ts';
import { appendServiceLine, SYSTEM, takeSeq } from './append-line.ts';
import { ownerOf } from './change-owner.ts';
import { lineFacts } from './conversation.facts.ts';
import { callHooks } from './conversation.hooks.ts';
import { actorOf } from './conversation.rules.ts';
import { insertMessages } from './message.store.ts';
import { selectRatings } from './rating.store.ts';
import { lockFor } from './reach-conversation.ts';
import { findUnseen } from './reply-guard.ts';
import type { ConversationRow, LockedConversation } from './conversation.types.ts';

export interface CloseConversation {
  conversationId: string;
  lastSeenSeq?: number | null;
  confirm?: boolean | null;
  isRatingAsked?: boolean | null;
}

/**
 * Ends a conversation and invites the customer to rate it, unless it is rated already. Ending twice changes nothing.
 * The reply guard holds for who works here: nobody ends what the customer has just gone on with.
 */
export async function closeConversation(ctx: ConversationsContext, input: CloseConversation): Promise<ConversationRow> {
  ctx.viewer.require('conversation:close');
  if (ctx.viewer.isStaff && input.lastSeenSeq == null) {
    throw refuse('REQUIRED', 'lastSeenSeq', { zh: '请附上已看到的最后一条消息的序号。', en: 'Say which message you saw last.' });
  }
  return ctx.transaction(async (tx) => {
    const conversation = await lockFor(ctx, tx, input.conversationId, 'conversation:close');
    if (conversation.state === 'CLOSED') return conversation;
    const unseen = await findUnseen(tx, conversation, {
      viewer: ctx.viewer, lastSeenSeq: ctx.viewer.isStaff ? input.lastSeenSeq! : null, isConfirmed: input.confirm ?? false,
    });
    if (unseen) throw unseen;
    await endConversation(ctx, tx, conversation, input.isRatingAsked ?? true);
    return conversation;
  });
}

/** Ends a locked conversation in the caller's transaction, in the name of the caller. */
export async function endConversation(ctx: ConversationsContext, tx: Tx, conversation: LockedConversation, isRatingAsked: boolean): Promise<void> {
  const now = ctx.clock.now();
  const actor = actorOf(ctx.viewer);
  const agentId = ownerOf(conversation);
  conversation.state = 'CLOSED';
  conversation.closedAt = now;
  if (isRatingAsked && (await selectRatings(tx, [conversation.id])).length === 0) await inviteToRate(tx, conversation, now);
  await appendServiceLine(ctx, tx, conversation, { event: 'CLOSED', facts: { by: actor.kind }, actor });
  await appendEvent(tx, conversationClosed.make(conversation.id, { ...lineFacts(conversation), agentId, by: actor.kind }), now);
  await callHooks.released(ctx, tx, conversation, { agentId, because: 'CLOSED', queueId: null, toAgentId: null });
}

/** A card of the system; its link is signed anew for the customer at each reading and stands nowhere. */
async function inviteToRate(tx: Tx, conversation: LockedConversation, now: number): Promise<void> {
  const textSeq = conversation.lastTextSeq;
  await insertMessages(tx, [takeSeq(conversation, now, {
    clientMessageId: null, kind: 'CARD', visibility: 'PUBLIC', authorKind: SYSTEM.kind, authorId: null, content: null, event: null,
    facts: { card: 'rating' }, mentionIds: [], replyToSeq: null,
  })]);
  // Nobody's words: it must not make the conversation unread for the agents.
  conversation.lastTextSeq = textSeq;
}
