import { parseId, type Queryable } from '@careline/kit/db';
import type { ConversationsContext } from '../context.ts';
import { agentsByIds } from '../agent/index.ts';
import { findConversations } from '../conversation/index.ts';
import { allowedAgents } from './ask-agents.ts';
import { selectQueueByKey, selectQueues, type QueueRow } from './queue.store.ts';
import { INITIAL_RULES } from './queue.rules.ts';
import { selectRules } from './rule.store.ts';

/** Of these agents, the enabled ones who could read and answer the conversation once it is theirs. */
export async function mayTake(ctx: ConversationsContext, conversationId: string, agentIds: readonly string[]): Promise<Set<string>> {
  const conversation = parseId('cnv', conversationId) ? (await findConversations(ctx.db, [conversationId])).get(conversationId) : undefined;
  if (!conversation) return new Set();
  const agents = await agentsByIds(ctx.db, agentIds);
  const enabled = agentIds.filter((id) => agents.get(id)?.isEnabled);
  return allowedAgents(ctx.db, enabled, conversation, conversation.queueId);
}

/** Names of queues; unknown ids are absent. */
export async function queueNames(q: Queryable, queueIds: readonly string[]): Promise<Map<string, string>> {
  const queues = await selectQueues(q, queueIds);
  return new Map([...queues].map(([id, { name }]) => [id, name]));
}

/** The queue of conversations that no rule sends elsewhere; null before set-up. */
export async function defaultQueue(q: Queryable): Promise<QueueRow | null> {
  return selectQueueByKey(q, ((await selectRules(q)) ?? INITIAL_RULES).defaultQueueKey);
}
