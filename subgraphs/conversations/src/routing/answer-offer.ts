import { appError, refuse } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { assignOwner, findConversations, lockConversation, ownerOf } from '../conversation/index.ts';
import { endWait, takeBackOffer } from './keep-entry.ts';
import { endOffer, selectOffer, type OfferRow } from './offer.store.ts';
import { stepOf } from './decision.rules.ts';
import { selectDecision } from './decision.store.ts';
import { recordDecision } from './record-decision.ts';
import { routingPart } from './routing.part.ts';

const expired = () => refuse('EXPIRED', 'offerId', { zh: '该会话已分配给其他客服。', en: 'The offer has run out; somebody else is being asked.' });

async function readOwnOffer(ctx: ConversationsContext, offerId: string): Promise<OfferRow> {
  ctx.viewer.require('conversation:accept');
  const offer = await selectOffer(ctx.db, offerId);
  // Whose offer it is stays hidden from others: for them there is none.
  if (!offer || offer.agentId !== ctx.viewer.agentId) throw appError('NOT_FOUND');
  ctx.runtime.parts.of(routingPart);
  return offer;
}

/**
 * Takes an offered conversation. Refuses EXPIRED once its time is over, or it was declined or taken back.
 * A repeated call of the one who took it gives the same answer.
 */
export async function acceptConversation(ctx: ConversationsContext, offerId: string): Promise<{ conversationId: string }> {
  const offer = await readOwnOffer(ctx, offerId);
  const { conversationId, agentId, queueId } = offer;
  return ctx.transaction(async (tx) => {
    const conversation = await lockConversation(tx, conversationId);
    const now = ctx.clock.now();
    const isTaken = offer.expiresAt > now && (await endOffer(tx, offerId, 'ACCEPTED', now));
    if (!isTaken || !conversation) {
      const present = await selectOffer(tx, offerId);
      if (present?.state === 'ACCEPTED' && conversation && ownerOf(conversation) === agentId) return { conversationId };
      throw expired();
    }
    const offered = await selectDecision(tx, offer.decisionId);
    const decision = await recordDecision(ctx, tx, {
      conversationId, outcome: 'ASSIGNED', queueId, chosenAgentId: agentId, inputs: { kind: 'ACCEPTED', offerId, decisionId: offer.decisionId },
    });
    const entry = await endWait(ctx, tx, conversationId, { endedBy: 'ROUTING', agentId, decisionId: decision.id });
    const { isAssigned } = await assignOwner(ctx, tx, {
      conversationId, agentId, expectedAgentId: null, because: offered && stepOf(offered), actor: { kind: 'AGENT', id: agentId },
      ...(entry ? { waitedSeconds: Math.max(0, Math.round((now - entry.since) / 1000)) } : {}),
    });
    if (!isAssigned) throw expired();
    return { conversationId };
  });
}

/** Declines an offer; the next agent is asked at once. Null when it was over already. */
export async function declineConversation(ctx: ConversationsContext, offerId: string, reason: string | null): Promise<{ isDeclined: true | null }> {
  const offer = await readOwnOffer(ctx, offerId);
  const text = reason?.trim() || null;
  if (text && [...text].length > 200) throw refuse('TOO_LONG', 'reason', { zh: '原因最多 200 个字。', en: 'A reason may have at most 200 characters.' });
  const reasonEnc = text ? ctx.vault.staff.seal(`offers|reason_enc|${offerId}`, text) : null;
  const isDeclined = await ctx.transaction(async (tx) => takeBackOffer(ctx, tx, offer, 'DECLINED', reasonEnc));
  return { isDeclined: isDeclined || null };
}

/** The conversation after an answer, as it is now. */
export async function conversationAfter(ctx: ConversationsContext, conversationId: string) {
  return (await findConversations(ctx.db, [conversationId])).get(conversationId) ?? null;
}
