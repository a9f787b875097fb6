import type { Queryable, Tx } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import { appendEvent } from '@careline/kit/events';
import { conversationAssigned } from '@careline/schema/events';
import type { ConversationsContext } from '../context.ts';
import { appendServiceLine, lockConversation } from './append-line.ts';
import { eventFacts } from './conversation.facts.ts';
import { callHooks, connectedDoors } from './conversation.hooks.ts';
import type { ActorRef, ConversationRow, LockedConversation } from './conversation.types.ts';
import { namesOfAgents } from './people.ts';

export interface AssignOwner {
  conversationId: string;
  agentId: string;
  /** The owner the caller saw; null: nobody. The claim fails when another one owns it by now. */
  expectedAgentId: string | null;
  /** The strategy that chose, or null when a person did. */
  because: string | null;
  /** Left out: looked up. */
  queueName?: string | null;
  /** Left out: since it waits. */
  waitedSeconds?: number;
  /** Who assigned. Left out: the system. */
  actor?: ActorRef;
}

/**
 * Gives a conversation to one agent. Of two callers at the same time exactly one gets `isAssigned`;
 * the other gets the conversation as the winner left it. Throws NOT_FOUND, and refuses WRONG_STATE after its end.
 */
export async function assignOwner(
  ctx: ConversationsContext, tx: Tx, input: AssignOwner,
): Promise<{ isAssigned: boolean; conversation: LockedConversation }> {
  const conversation = await lockConversation(tx, input.conversationId);
  if (!conversation) throw appError('NOT_FOUND');
  requireOpen(conversation);
  const ownerId = ownerOf(conversation);
  if (ownerId !== input.expectedAgentId || ownerId === input.agentId) return { isAssigned: false, conversation };
  const now = ctx.clock.now();
  const waitedSeconds = input.waitedSeconds ?? (ownerId ? 0 : Math.max(0, Math.round((now - conversation.waitingSince) / 1000)));
  const names = (await namesOfAgents(tx, [input.agentId])).get(input.agentId);
  if (!names) throw appError('NOT_FOUND', { internal: 'no such agent' });
  conversation.agentId = input.agentId;
  conversation.state = 'ACTIVE';
  const queueName = input.queueName ?? (await queueNameOf(tx, conversation.queueId));
  await appendServiceLine(ctx, tx, conversation, {
    event: 'ASSIGNED', actor: input.actor,
    facts: { agentName: names.displayName, agentPublicName: names.publicName, queueName, waitedSeconds, because: input.because },
    notices: input.actor?.id === input.agentId ? [] : [{ kind: 'CONVERSATION_ASSIGNED', agentIds: [input.agentId] }],
  });
  await appendEvent(tx, conversationAssigned.make(conversation.id, {
    ...eventFacts(conversation), agentId: input.agentId, agentName: names.displayName, waitedSeconds,
  }), now);
  await callHooks.assigned(ctx, tx, conversation);
  if (ownerId) {
    await callHooks.released(ctx, tx, conversation, { agentId: ownerId, because: 'TRANSFERRED', queueId: null, toAgentId: input.agentId });
  }
  return { isAssigned: true, conversation };
}

export interface PutInQueue {
  conversation: LockedConversation;
  queueId: string;
  /** Who put it there. Left out: the system. */
  actor?: ActorRef;
}

/**
 * Lets a conversation wait in a queue, whoever owned it. A wait that has begun goes on in the other queue.
 * Calls no hooks: the caller keeps the queue entry. Refuses WRONG_STATE after its end.
 */
export async function putInQueue(ctx: ConversationsContext, tx: Tx, { conversation, queueId, actor }: PutInQueue): Promise<void> {
  requireOpen(conversation);
  const queueName = await queueNameOf(tx, queueId);
  if (conversation.state === 'ACTIVE') conversation.waitingSince = ctx.clock.now();
  conversation.queueId = queueId;
  conversation.agentId = null;
  conversation.state = 'QUEUED';
  await appendServiceLine(ctx, tx, conversation, {
    event: 'QUEUED', facts: { queueName }, actor, notices: [{ kind: 'QUEUE_ENTERED', queueIds: [queueId] }],
  });
}

/** The agent who owns it now; null while it waits and after its end. */
export function ownerOf(conversation: Pick<ConversationRow, 'state' | 'agentId'>): string | null {
  return conversation.state === 'ACTIVE' ? conversation.agentId : null;
}

export function requireOpen(conversation: Pick<ConversationRow, 'state'>): void {
  if (conversation.state !== 'CLOSED') return;
  throw refuse('WRONG_STATE', 'conversationId', { zh: '会话已结束。', en: 'The conversation has ended.' });
}

export async function queueNameOf(q: Queryable, queueId: string | null): Promise<string | null> {
  return queueId ? ((await connectedDoors.queues.queueNames(q, [queueId])).get(queueId) ?? null) : null;
}
