import type { Tx } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import { appendEvent } from '@careline/kit/events';
import { recordAudit } from '@careline/kit/audit';
import { conversationRouted } from '@careline/schema/events';
import type { ConversationsContext } from '../context.ts';
import { belongingsOf, lockConversation, ownerOf, putInQueue, type LockedConversation, type StartCause, type Told } from '../conversation/index.ts';
import { customersByIds } from '../customer/index.ts';
import { beginWait } from './keep-entry.ts';
import type { DecisionRow } from './decision.store.ts';
import { chooseQueue, reduceFacts, type RawFacts } from './queue.rules.ts';
import { selectAllQueues, selectQueues, type QueueRow } from './queue.store.ts';
import { recordDecision, rulesInForce, type DecisionDraft } from './record-decision.ts';
import { wakeQueuesOf } from './routing.hooks.ts';
import { routingPart } from './routing.part.ts';

type Choice = Pick<DecisionDraft, 'inputs' | 'ruleName'> & { queue: QueueRow };

async function chooseByRules(ctx: ConversationsContext, tx: Tx, conversation: LockedConversation, told: Told | null): Promise<Choice> {
  const rules = await rulesInForce(tx);
  const all = await selectAllQueues(tx);
  const raw = await readFacts(ctx, tx, conversation, told);
  const facts = reduceFacts(rules, raw, all.map(({ key }) => key));
  const { queueKey, ruleName } = chooseQueue(rules, facts);
  const queue = all.find(({ key }) => key === queueKey) ?? all[0];
  if (!queue) throw appError('PRECONDITION_FAILED', { words: { zh: '还没有服务队列，请管理员先创建。', en: 'There is no queue yet. An administrator must create one.' } });
  return { queue, ruleName, inputs: { kind: 'FACTS', facts } };
}

async function readFacts(ctx: ConversationsContext, tx: Tx, conversation: LockedConversation, told: Told | null): Promise<RawFacts> {
  const customer = (await customersByIds(tx, [conversation.customerId])).get(conversation.customerId);
  return {
    channels: [conversation.channelKind, conversation.channelId], locale: customer?.locale ?? null, tier: customer?.tier ?? null,
    form: told?.form ?? {}, text: told?.text ?? '',
  };
}

/** Carries a choice out: record, waiting state, entry and event, all in the caller's transaction. */
async function enterQueue(ctx: ConversationsContext, tx: Tx, conversation: LockedConversation, choice: Choice, since: number | null, reason: string | null): Promise<DecisionRow> {
  ctx.runtime.parts.of(routingPart);
  const { queue, inputs, ruleName } = choice;
  const decision = await recordDecision(ctx, tx, { conversationId: conversation.id, outcome: 'QUEUED', queueId: queue.id, ruleName, inputs, reason });
  await putInQueue(ctx, tx, { conversation, queueId: queue.id });
  await beginWait(ctx, tx, conversation, queue.id, since ?? conversation.waitingSince);
  const { id, number, customerId, channelKind } = conversation;
  await appendEvent(tx, conversationRouted.make(id, { conversationId: id, number, customerId, channelKind, queueId: queue.id, ruleName: ruleName ?? null }), ctx.clock.now());
  return decision;
}

/**
 * Finds the queue of a conversation that nobody owns, in the transaction that began it or opened it again.
 * One that was opened again waits where it waited before.
 */
export async function onConversationStarted(ctx: ConversationsContext, tx: Tx, conversation: LockedConversation, cause: StartCause, told: Told | null = null): Promise<void> {
  const before = cause === 'REOPENED' && conversation.queueId ? (await selectQueues(tx, [conversation.queueId])).get(conversation.queueId) : undefined;
  const choice: Choice = before
    ? { queue: before, ruleName: null, inputs: { kind: 'RETURN', because: 'REOPENED' } }
    : await chooseByRules(ctx, tx, conversation, told);
  await enterQueue(ctx, tx, conversation, choice, null, null);
}

export interface RouteConversation {
  conversationId: string;
  /** Null: the rules decide. */
  queueId?: string | null;
  reason?: string | null;
}

/**
 * 分流 by hand: puts a conversation into a queue, or lets the rules decide again. Its agent, if it had one, is free afterwards.
 * Refuses WRONG_STATE after its end and NOT_FOUND for a queue that does not exist.
 */
export async function routeConversation(ctx: ConversationsContext, input: RouteConversation): Promise<{ conversationId: string; decision: DecisionRow }> {
  ctx.viewer.require('conversation:route');
  const reason = input.reason?.trim() || null;
  if (reason && [...reason].length > 200) throw refuse('TOO_LONG', 'reason', { zh: '原因最多 200 个字。', en: 'A reason may have at most 200 characters.' });
  return ctx.transaction(async (tx) => {
    const conversation = await lockConversation(tx, input.conversationId);
    if (!conversation) throw appError('NOT_FOUND');
    ctx.viewer.requireOn('conversation:route', belongingsOf(conversation), 'conversation:read');
    const before = { queueId: conversation.queueId, agentId: ownerOf(conversation) };
    const choice = await chooseByHand(ctx, tx, conversation, input.queueId ?? null);
    const decision = await enterQueue(ctx, tx, conversation, choice, null, reason);
    if (before.agentId) await wakeQueuesOf(ctx, tx, before.agentId);
    await recordAudit(tx, ctx, { verb: 'conversation:route', subjectId: conversation.id, before, after: { queueId: choice.queue.id }, reason: reason ?? undefined });
    return { conversationId: conversation.id, decision };
  });
}

async function chooseByHand(ctx: ConversationsContext, tx: Tx, conversation: LockedConversation, queueId: string | null): Promise<Choice> {
  if (!queueId) return chooseByRules(ctx, tx, conversation, null);
  const queue = (await selectQueues(tx, [queueId])).get(queueId);
  if (!queue) throw refuse('NOT_FOUND', 'queueId', { zh: '服务队列不存在。', en: 'There is no such queue.' });
  return { queue, ruleName: null, inputs: { kind: 'HAND' } };
}
