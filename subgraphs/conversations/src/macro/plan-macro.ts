import { say } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { agentsByIds } from '../agent/index.ts';
import { readConversation, type ConversationRow } from '../conversation/index.ts';
import { readCustomer } from '../customer/index.ts';
import { queueNames } from '../routing/index.ts';
import { withArticles } from './article-links.ts';
import { macroLoaders } from './macro.loaders.ts';
import { valuesFor } from './render-text.ts';
import { conversationSteps, isText, problemOf, type StepFacts } from './step.rules.ts';
import { fillIn } from './variable.rules.ts';
import type { MacroRow } from './macro.store.ts';
import type { ConversationStep } from './macro.types.ts';

export interface PlannedStep {
  place: number;
  verb: ConversationStep['verb'];
  label: string | null;
  problem: string | null;
}

/** What a macro would do to a conversation now; null when the caller may not see it. Does nothing. */
export async function planMacro(ctx: ConversationsContext, macro: MacroRow, conversationId: string): Promise<PlannedStep[] | null> {
  const conversation = await readConversation(ctx, conversationId);
  if (!conversation) return null;
  const facts = await readFacts(ctx, macro, conversation);
  const mayRun = ctx.viewer.covers('macro:run', { agentIds: [conversation.agentId], queueIds: [conversation.queueId], customerId: conversation.customerId });
  return conversationSteps(macro.steps).map((step) => {
    const problem = mayRun ? problemOf(ctx.viewer, conversation, step, facts) : { words: { zh: '只能对自己接待的会话执行宏。', en: 'You may run macros on your own conversations only.' } };
    return { place: step.place, verb: step.verb, label: labelOf(ctx, step, facts), problem: problem && say(problem.words, ctx.locale) };
  });
}

/** All that the steps of a macro must know, read before a transaction begins. */
export async function readFacts(ctx: ConversationsContext, { steps }: Pick<MacroRow, 'steps'>, conversation: ConversationRow): Promise<StepFacts> {
  const valuesOf = (verb: ConversationStep['verb']) => steps.filter((step) => step.verb === verb).map((step) => step.value ?? ctx.viewer.agentId).filter((id) => id !== null);
  const [assigned, queued] = [valuesOf('ASSIGN'), valuesOf('TRANSFER')];
  const [customer, names, takers] = await Promise.all([
    readCustomer(ctx, conversation.customerId), readNames(ctx, assigned, queued),
    assigned.length > 0 ? ctx.deps.mayTake(ctx, conversation.id, assigned) : new Set<string>(),
  ]);
  const texts = conversationSteps(steps).filter(({ verb }) => isText(verb)).map(({ value }) => value!);
  const values = await withArticles(await valuesFor(ctx, { conversation, customer }), texts, (number) => ctx.loaders.of(macroLoaders).articleLink.load(number));
  return { values, names, takers };
}

/** What agents and queues are called, by id. */
export async function readNames(ctx: ConversationsContext, agentIds: readonly string[], queueIds: readonly string[]): Promise<Map<string, string>> {
  const [agents, queues] = await Promise.all([agentsByIds(ctx.db, agentIds), queueNames(ctx.db, queueIds)]);
  return new Map([...[...agents.values()].map((agent) => [agent.id, agent.displayName] as const), ...queues]);
}

function labelOf(ctx: ConversationsContext, { verb, value }: ConversationStep, { values, names }: StepFacts): string | null {
  if (isText(verb)) return fillIn(value!, values);
  const id = verb === 'ASSIGN' ? (value ?? ctx.viewer.agentId) : value;
  return verb === 'ASSIGN' || verb === 'TRANSFER' ? (names.get(id ?? '') ?? null) : value;
}
