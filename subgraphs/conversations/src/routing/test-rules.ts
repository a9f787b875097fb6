import { newId, parseId } from '@careline/kit/db';
import { appError, Refusal } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { canRead, findConversations } from '../conversation/index.ts';
import { requireRuleVersion } from './activate-rules.ts';
import { chooseAgent, type JudgedCandidate } from './agent.rules.ts';
import { askAgents } from './ask-agents.ts';
import { rankOf } from './keep-entry.ts';
import { readPastFacts } from './past-facts.ts';
import { chooseQueue, fits, holds, INITIAL_RULES, reduceFacts, ruleFor, type RoutingRule, type RuleSet } from './queue.rules.ts';
import { selectAllQueues, type QueueRow } from './queue.store.ts';
import { readRules, type RuleInput } from './rule-input.rules.ts';
import { selectRules } from './rule.store.ts';

export interface RoutingTestInput {
  conversationId: string;
  versionId?: string | null;
  rules?: readonly RuleInput[] | null;
}

export interface RuleTrial {
  name: string;
  isMatching: boolean;
  conditions: boolean[];
}

export interface TriedRules {
  ruleName: string | null;
  queue: QueueRow | null;
  priority: string | null;
  rules: RuleTrial[];
  candidates: JudgedCandidate[];
}

async function rulesOf(ctx: ConversationsContext, { versionId, rules }: RoutingTestInput): Promise<RuleSet> {
  const stored = versionId ? (await requireRuleVersion(ctx, versionId)).rules : ((await selectRules(ctx.db)) ?? INITIAL_RULES);
  return rules ? { ...stored, rules: await writtenRules(ctx, rules) } : stored;
}

/** Rules as they are being written: one whose queue is not chosen yet is passed over, as one whose queue is gone. Throws BAD_USER_INPUT with the words of what is wrong. */
async function writtenRules(ctx: ConversationsContext, rules: readonly RuleInput[]): Promise<RoutingRule[]> {
  const queues = await selectAllQueues(ctx.db);
  try {
    return readRules(rules, (id) => queues.find((queue) => queue.id === id)?.key ?? '');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw appError('BAD_USER_INPUT', { words: error.words });
  }
}

/** What rules would do with a past conversation, condition by condition, and who would get it now. Changes nothing. Throws NOT_FOUND for one the caller may not read. */
export async function testRouting(ctx: ConversationsContext, input: RoutingTestInput): Promise<TriedRules> {
  ctx.viewer.requireAll('routing:write');
  const conversation = parseId('cnv', input.conversationId) ? (await findConversations(ctx.db, [input.conversationId])).get(input.conversationId) : undefined;
  if (!conversation || !canRead(ctx.viewer, conversation)) throw appError('NOT_FOUND');
  const rules = await rulesOf(ctx, input);
  const queues = await selectAllQueues(ctx.db);
  const facts = reduceFacts(rules, (await readPastFacts(ctx, [conversation])).get(conversation.id)!, queues.map(({ key }) => key));
  const { queueKey, ruleName } = chooseQueue(rules, facts);
  const rule = ruleFor(rules, facts);
  const queue = queues.find(({ key }) => key === queueKey) ?? queues[0] ?? null;
  const trials = rules.rules.map((each) => ({ name: each.name, isMatching: fits(each, facts), conditions: each.conditions.map((condition) => holds(condition, facts)) }));
  const at = ctx.clock.now();
  const question = queue && await ctx.transaction((tx) => askAgents(ctx, tx, {
    queue, conversation, kept: new Set(),
    entry: { id: newId('qen'), conversationId: conversation.id, queueId: queue.id, priority: rankOf(rule?.priority ?? conversation.priority), since: at, enteredAt: at, offerId: null, skills: rule?.skills ?? null },
  }));
  return { ruleName, queue, priority: rule?.priority ?? null, rules: trials, candidates: question ? chooseAgent(question).candidates : [] };
}
