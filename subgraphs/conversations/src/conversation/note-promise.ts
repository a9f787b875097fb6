import type { Tx } from '@careline/kit/db';
import { membersOf, teamsByKeys } from '../agent/index.ts';
import type { ConversationsContext } from '../context.ts';
import { announce, conversationChannel, sendNotice } from './announce.ts';
import { lockConversation } from './append-line.ts';
import { updateDue } from './conversation.store.ts';
import type { DueFacts, LockedConversation } from './conversation.types.ts';

/** Keeps the promise of a conversation that runs out next, for lists and for whoever looks at it. */
export async function noteDue(ctx: ConversationsContext, tx: Tx, conversationId: string, due: DueFacts | null): Promise<void> {
  const conversation = await lockConversation(tx, conversationId);
  if (!conversation) return;
  await updateDue(tx, conversationId, due);
  await announce(ctx, tx, conversation, { kind: 'state' });
  tx.afterCommit(() => ctx.live.publish(conversationChannel(conversationId), { kind: 'due' }));
}

/** Tells the owner, or while there is none the queue, that a promise runs out or was missed; a team that the policy names beside them. */
export async function warnOfPromise(ctx: ConversationsContext, tx: Tx, conversationId: string, teamKey: string | null): Promise<void> {
  const conversation = await lockConversation(tx, conversationId);
  if (!conversation) return;
  const agentIds = await toldAgents(tx, conversation, teamKey);
  await sendNotice(ctx, tx, conversationId, { kind: 'SLA_WARNING', agentIds, queueIds: waitingIn(conversation) });
}

/** Calls the team to which a missed promise was escalated, and its owner. */
export async function noteEscalated(ctx: ConversationsContext, tx: Tx, conversationId: string, teamKey: string): Promise<void> {
  const conversation = await lockConversation(tx, conversationId);
  if (conversation) await sendNotice(ctx, tx, conversationId, { kind: 'ESCALATED', agentIds: await toldAgents(tx, conversation, teamKey) });
}

async function toldAgents(tx: Tx, { state, agentId }: LockedConversation, teamKey: string | null): Promise<string[]> {
  const teams = teamKey === null ? [] : await teamsByKeys(tx, [teamKey]);
  const members = (await membersOf(tx, teams.map(({ id }) => id))).filter(({ agent }) => agent.isEnabled).map(({ agent }) => agent.id);
  return [...new Set([...(state === 'ACTIVE' && agentId ? [agentId] : []), ...members])];
}

const waitingIn = ({ state, queueId }: LockedConversation) => (state === 'QUEUED' && queueId ? [queueId] : []);
