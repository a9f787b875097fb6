import { appError, Refusal, refuse } from '@careline/kit/errors';
import { withIdempotency } from '@careline/kit/db';
import type { ConversationsContext } from '../context.ts';
import { actTogether, findConversations, prepareActs, readConversation, type Act, type ConversationRow, type LockedConversation, type Priority } from '../conversation/index.ts';
import { isInSight, sightOf } from './audience.rules.ts';
import { countMacroRun, selectMacros, type MacroRow } from './macro.store.ts';
import { readFacts } from './plan-macro.ts';
import { conversationSteps, problemOf, type StepFacts } from './step.rules.ts';
import { fillIn } from './variable.rules.ts';
import type { ConversationStep } from './macro.types.ts';

export interface RunMacro {
  macroId: string;
  conversationId: string;
  lastSeenSeq: number;
  confirm?: boolean | null;
  expectedVersion?: number | null;
  idempotencyKey: string;
}

/**
 * Does all steps of a macro on a conversation in one transaction, or none; the same key once. One reply guard holds for all of them.
 * Throws NOT_FOUND for a macro or conversation out of sight; refuses WRONG_STATE for one out of use, INVALID for one that has
 * steps on a ticket alone, STALE_VERSION for one that is no more what the caller saw, and what a step refuses, under its place.
 */
export async function runMacro(ctx: ConversationsContext, input: RunMacro): Promise<ConversationRow> {
  ctx.viewer.require('macro:run');
  const macro = await findMacro(ctx, input.macroId);
  const seen = await readConversation(ctx, input.conversationId);
  const work = seen && await prepare(ctx, macro, seen);
  const call = { scope: `${ctx.viewer.identity!.id} runMacro`, key: input.idempotencyKey, input };
  await ctx.transaction((tx) => withIdempotency(tx, call, async () => {
    // Only here: a macro that transferred the conversation out of sight is repeated by who does not see it any more.
    if (!work) throw appError('NOT_FOUND');
    checkMacro(macro, input);
    await actTogether(ctx, tx, {
      conversationId: input.conversationId, permission: 'macro:run', acts: work.acts, lastSeenSeq: input.lastSeenSeq, isConfirmed: input.confirm ?? false,
      check: (conversation) => checkSteps(ctx, macro, conversation, work.facts),
    });
    await countMacroRun(tx, macro.id);
    return { id: input.conversationId };
  }));
  ctx.loaders.forget();
  return (await findConversations(ctx.db, [input.conversationId])).get(input.conversationId)!;
}

async function prepare(ctx: ConversationsContext, macro: MacroRow, conversation: ConversationRow) {
  const facts = await readFacts(ctx, macro, conversation);
  return { facts, acts: await prepareActs(ctx, conversation.id, conversationSteps(macro.steps).map((step) => actOf(ctx, macro, step, facts))) };
}

async function findMacro(ctx: ConversationsContext, id: string): Promise<MacroRow> {
  const macro = (await selectMacros(ctx.db, [id])).get(id);
  if (!macro || !isInSight(sightOf(ctx.viewer), macro)) throw appError('NOT_FOUND');
  return macro;
}

function checkMacro(macro: MacroRow, input: RunMacro): void {
  if (macro.isRetired) throw refuse('WRONG_STATE', 'macroId', { zh: '这个宏已下线。', en: 'This macro is out of use.' });
  if (input.expectedVersion != null && input.expectedVersion !== macro.version) {
    throw refuse('STALE_VERSION', 'expectedVersion', { zh: '宏已被修改，请重新查看步骤。', en: 'The macro was changed meanwhile. Look at its steps again.' });
  }
  if (conversationSteps(macro.steps).length === 0) throw refuse('INVALID', 'macroId', { zh: '这个宏只有工单步骤，请对工单执行。', en: 'All steps of this macro are on a ticket: run it on one.' });
}

/** Before the first step is done: every step is possible on the conversation as it is now. */
function checkSteps(ctx: ConversationsContext, macro: MacroRow, conversation: LockedConversation, facts: StepFacts): void {
  for (const step of conversationSteps(macro.steps)) {
    const problem = problemOf(ctx.viewer, conversation, step, facts);
    if (problem) throw new Refusal(problem.code, ['steps', String(step.place), 'value'], problem.words);
  }
}

function actOf(ctx: ConversationsContext, macro: MacroRow, { verb, value }: ConversationStep, { values, names }: StepFacts): Act {
  switch (verb) {
    case 'SEND_MESSAGE':
    case 'ADD_NOTE': return { verb, text: fillIn(value!, values) };
    case 'ADD_TAG': return { verb, tag: value! };
    case 'SET_PRIORITY': return { verb, priority: value as Priority };
    case 'ASSIGN': return { verb, agentId: value ?? ctx.viewer.agentId ?? '' };
    case 'TRANSFER': return { verb, queueId: value!, queueName: names.get(value!) ?? '', note: ctx.locale === 'EN' ? `Macro: ${macro.name}` : `宏：${macro.name}` };
    case 'CLOSE': return { verb };
  }
}
