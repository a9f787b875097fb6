import type { Tx } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import { appendEvent } from '@careline/kit/events';
import { recordAudit } from '@careline/kit/audit';
import { conversationRouted } from '@careline/schema/events';
import type { ConversationsContext } from '../context.ts';
import { belongingsOf, lockConversation, ownerOf, putInQueue, type LockedConversation, type Priority, type StartCause, type Told } from '../conversation/index.ts';
import { customersByIds } from '../customer/index.ts';
import type { Skill } from '../skill.rules.ts';
import { beginWait } from './keep-entry.ts';
import type { DecisionRow } from './decision.store.ts';
import { closedWay, hoursAt, readHours } from './known-hours.ts';
import { factsOf } from './past-facts.ts';
import { chooseQueue, looksAtHours, reduceFacts, ruleFor, type RawFacts } from './queue.rules.ts';
import { selectAllQueues, selectQueues, type QueueRow } from './queue.store.ts';
import { recordDecision, rulesInForce, type DecisionDraft } from './record-decision.ts';
import { placeBefore, wakeQueuesOf } from './routing.hooks.ts';
import { routingPart } from './routing.part.ts';

type Choice = Pick<DecisionDraft, 'inputs' | 'ruleName' | 'ruleVersion'> & {
  queue: QueueRow;
  priority?: Priority;
  /** Skills to ask for beside those of the queue; null: those it asked for before. */
  skills: Skill[] | null;
};

async function chooseByRules(ctx: ConversationsContext, tx: Tx, conversation: LockedConversation, told: Told | null): Promise<Choice> {
  const rules = await rulesInForce(tx);
  const all = await selectAllQueues(tx);
  const raw = await readFacts(ctx, tx, conversation, told, looksAtHours(rules));
  const facts = reduceFacts(rules, raw, all.map(({ key }) => key));
  const { queueKey, ruleName } = chooseQueue(rules, facts);
  const queue = all.find(({ key }) => key === queueKey) ?? all[0];
  const rule = ruleFor(rules, facts);
  if (!queue) throw appError('PRECONDITION_FAILED', { words: { zh: '还没有服务队列，请管理员先创建。', en: 'There is no queue yet. An administrator must create one.' } });
  return { queue, ruleName, ruleVersion: rules.version, inputs: { kind: 'FACTS', facts }, skills: rule?.skills ?? [], ...(rule?.priority ? { priority: rule.priority } : {}) };
}

async function readFacts(ctx: ConversationsContext, tx: Tx, conversation: LockedConversation, told: Told | null, isTimed: boolean): Promise<RawFacts> {
  const customer = (await customersByIds(tx, [conversation.customerId])).get(conversation.customerId);
  return factsOf(conversation, customer, { text: told?.text ?? '', form: told?.form ?? {} }, isTimed ? await hoursAt(ctx.runtime, tx, ctx.clock.now()) : {});
}

/** Carries a choice out: records, waiting state, entry and event, all in the caller's transaction. A closed queue that passes on is passed over. */
async function enterQueue(ctx: ConversationsContext, tx: Tx, conversation: LockedConversation, choice: Choice, since: number | null, reason: string | null): Promise<DecisionRow> {
  ctx.runtime.parts.of(routingPart);
  const { queue, inputs, ruleName, ruleVersion, priority, skills } = choice;
  const decision = await recordDecision(ctx, tx, { conversationId: conversation.id, outcome: 'QUEUED', queueId: queue.id, ruleName, ruleVersion, inputs, reason });
  if (priority) conversation.priority = priority;
  const into = await passClosed(ctx, tx, conversation.id, queue);
  await putInQueue(ctx, tx, { conversation, queueId: into.id });
  await beginWait(ctx, tx, conversation, into.id, since ?? conversation.waitingSince, skills);
  const { id, number, customerId, channelKind } = conversation;
  await appendEvent(tx, conversationRouted.make(id, { conversationId: id, number, customerId, channelKind, queueId: into.id, ruleName: ruleName ?? null }), ctx.clock.now());
  return decision;
}

/** The queue that takes what comes to this one now, with a decision for each closed one on the way. */
async function passClosed(ctx: ConversationsContext, tx: Tx, conversationId: string, queue: QueueRow): Promise<QueueRow> {
  if (!queue.businessHoursId || queue.closedAction !== 'OVERFLOW') return queue;
  const at = ctx.clock.now();
  const hours = await readHours(ctx.runtime, tx);
  const way = closedWay(queue, await selectAllQueues(tx), hours, at);
  for (const [index, next] of way.slice(1).entries()) {
    const { id, businessHoursId: hoursId } = way[index]!;
    await recordDecision(ctx, tx, { conversationId, outcome: 'OVERFLOWED', queueId: next.id, inputs: { kind: 'CLOSED', queueId: id, hoursId: hoursId!, hoursVersion: hours.get(hoursId!)!.version, at } });
  }
  return way.at(-1)!;
}

/**
 * Finds the queue of a conversation that nobody owns, in the transaction that began it or opened it again.
 * One that was opened again waits where it waited before.
 */
export async function onConversationStarted(ctx: ConversationsContext, tx: Tx, conversation: LockedConversation, cause: StartCause, told: Told | null = null): Promise<void> {
  const before = cause === 'REOPENED' && conversation.queueId ? (await selectQueues(tx, [conversation.queueId])).get(conversation.queueId) : undefined;
  const choice: Choice = before
    ? { queue: before, ruleName: null, skills: (await placeBefore(tx, conversation)).skills, inputs: { kind: 'RETURN', because: 'REOPENED' } }
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
  return { queue, ruleName: null, skills: null, inputs: { kind: 'HAND' } };
}
