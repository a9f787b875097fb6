import type { Tx } from '@careline/kit/db';
import type { ConversationsContext } from '../context.ts';
import { membershipsOf } from '../agent/index.ts';
import type { LockedConversation, Release } from '../conversation/index.ts';
import { announceQueue, beginWait, endWait, rankOf, takeBackOffer, wakeQueue } from './keep-entry.ts';
import { lockEntryOf, selectLastWait, setEntryPriority } from './entry.store.ts';
import { selectOpenOffersTo, touchHolder } from './offer.store.ts';
import { selectQueuesOfTeams } from './queue.store.ts';
import { isDecided, recordDecision } from './record-decision.ts';
import type { Skill } from '../skill.rules.ts';
import { routingPart } from './routing.part.ts';

/** After the commit, gives out work in every queue the agent serves: he has become free or present. */
export async function wakeQueuesOf(ctx: ConversationsContext, tx: Tx, agentId: string): Promise<void> {
  ctx.runtime.parts.of(routingPart);
  const teamIds = (await membershipsOf(tx, [agentId])).map(({ teamId }) => teamId);
  for (const queueId of await selectQueuesOfTeams(tx, teamIds)) wakeQueue(ctx, tx, queueId);
}

/** An agent owns it now: its wait is over. Whoever assigned it by hand is written down as the one who decided. */
export async function onConversationAssigned(ctx: ConversationsContext, tx: Tx, conversation: LockedConversation): Promise<void> {
  const { id, agentId, queueId } = conversation;
  const isByRouting = isDecided(tx, id, 'ASSIGNED');
  const decision = isByRouting ? null : await recordDecision(ctx, tx, {
    conversationId: id, outcome: 'ASSIGNED', queueId, chosenAgentId: agentId, inputs: { kind: 'HAND' },
  });
  await endWait(ctx, tx, id, { endedBy: 'HAND', agentId, decisionId: decision?.id ?? null });
  await touchHolder(tx, agentId!, ctx.clock.now());
}

/** An agent gave it up, or it is over: capacity is free, and it may wait again. */
export async function onConversationReleased(ctx: ConversationsContext, tx: Tx, conversation: LockedConversation, release: Release): Promise<void> {
  const { id } = conversation;
  if (release.queueId) {
    if (!isDecided(tx, id, 'QUEUED')) await recordDecision(ctx, tx, { conversationId: id, outcome: 'QUEUED', queueId: release.queueId, inputs: { kind: 'HAND' } });
    await beginWait(ctx, tx, conversation, release.queueId, conversation.waitingSince);
  } else if (release.because === 'CLOSED') {
    await endWait(ctx, tx, id, { endedBy: 'LEFT', agentId: null, decisionId: null });
  }
  if (release.agentId) await wakeQueuesOf(ctx, tx, release.agentId);
}

/** Its priority changed: it takes another place in its queue. */
export async function onConversationPrioritised(ctx: ConversationsContext, tx: Tx, conversation: LockedConversation): Promise<void> {
  const entry = await lockEntryOf(tx, conversation.id);
  if (!entry) return;
  await setEntryPriority(tx, conversation.id, rankOf(conversation.priority));
  announceQueue(ctx, tx, entry.queueId);
}

/** The agent is there again: what waits may come. */
export async function onPresenceGained(ctx: ConversationsContext, tx: Tx, agentId: string): Promise<void> {
  await wakeQueuesOf(ctx, tx, agentId);
}

/**
 * The agent has gone: what he was being asked about goes to the next at once. What he owns stays his for a minute,
 * so that a reloaded page or a short cut costs no customer his agent; then `returnLostWork` takes it back.
 */
export async function onPresenceLost(ctx: ConversationsContext, tx: Tx, agentId: string): Promise<void> {
  ctx.runtime.parts.of(routingPart);
  for (const offer of await selectOpenOffersTo(tx, agentId)) await takeBackOffer(ctx, tx, offer, 'WITHDRAWN');
}

/** The place among equals of a conversation that comes back, and the skills it asked for: those of its last wait, if it is remembered. */
export async function placeBefore(tx: Tx, conversation: LockedConversation): Promise<{ since: number; skills: Skill[] | null }> {
  const wait = await selectLastWait(tx, conversation.id);
  return { since: wait?.since ?? conversation.waitingSince, skills: wait?.skills ?? null };
}
