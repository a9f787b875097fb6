import type { Viewer } from '@careline/kit/auth';
import { refuse, type Refusal, type UserErrorCode, type Words } from '@careline/kit/errors';
import type { ConversationStep, ConversationVerb, MacroStep, MacroVerb } from './macro.types.ts';
import { missingIn } from './variable.rules.ts';

const STEPS_MAX = 20;
const LAST: readonly MacroVerb[] = ['TRANSFER', 'CLOSE'];
const ONCE: readonly MacroVerb[] = ['ASSIGN', 'SET_PRIORITY', 'TICKET_SET_PRIORITY', 'TICKET_SET_STATE', 'TICKET_SET_CATEGORY', 'TICKET_ASSIGN', 'TICKET_ASSIGN_TEAM'];
const TEXTS: readonly MacroVerb[] = ['SEND_MESSAGE', 'ADD_NOTE', 'TICKET_REPLY', 'TICKET_COMMENT'];

export const isText = (verb: MacroVerb): boolean => TEXTS.includes(verb);
const isOnTicket = (verb: MacroVerb): boolean => verb.startsWith('TICKET_');

/** The steps of a macro that are done to a conversation; the others are done by tickets. */
export function conversationSteps(steps: readonly MacroStep[]): ConversationStep[] {
  return steps.map((step, place) => ({ ...step, place })).filter((step): step is ConversationStep => !isOnTicket(step.verb));
}

/** The refusal of steps that make no macro, whatever their values; null when they may follow each other. */
export function wrongOrder(steps: readonly MacroStep[]): Refusal | null {
  if (steps.length === 0) return refuse('REQUIRED', 'steps', { zh: '请至少添加一步。', en: 'Add at least one step.' });
  if (steps.length > STEPS_MAX) return refuse('TOO_MANY', 'steps', { zh: '最多 20 步。', en: 'At most 20 steps.' });
  for (const [place, { verb }] of steps.entries()) {
    const field = ['steps', String(place), 'verb'];
    if (LAST.includes(verb) && steps.slice(place + 1).some((later) => !isOnTicket(later.verb))) {
      return refuse('INVALID', field, { zh: '转接和结束会话之后不能再有会话步骤。', en: 'Transfer and close can only be the last step on the conversation.' });
    }
    if (ONCE.includes(verb) && steps.findIndex((one) => one.verb === verb) < place) {
      return refuse('INVALID', field, { zh: '设置和分配的步骤各只能出现一次。', en: 'A step that sets or assigns can appear once.' });
    }
  }
  return null;
}

/** What is known of the world a macro would act in. */
export interface StepFacts {
  values: Readonly<Record<string, string | null>>;
  /** Names of the agents and queues that there are. */
  names: ReadonlyMap<string, string>;
  /** The agents to whom the conversation may be assigned. */
  takers: ReadonlySet<string>;
}

/** What of a conversation decides whether a step may be done. */
export interface Target {
  state: string;
  agentId: string | null;
  queueId: string | null;
  customerId: string;
  priority: string;
}

const RIGHTS: Record<ConversationVerb, string> = {
  SEND_MESSAGE: 'message:send', ADD_NOTE: 'note:write', ADD_TAG: 'conversation:write', SET_PRIORITY: 'conversation:write',
  ASSIGN: 'conversation:assign', TRANSFER: 'conversation:transfer', CLOSE: 'conversation:close',
};

export interface Problem {
  code: UserErrorCode;
  words: Words;
}

/** Why a step can't be done to the conversation as it is; null when it can. */
export function problemOf(viewer: Viewer, target: Target, step: ConversationStep, facts: StepFacts): Problem | null {
  const belongings = { agentIds: [target.agentId], queueIds: [target.queueId], customerId: target.customerId };
  if (!viewer.covers(RIGHTS[step.verb], belongings)) return { code: 'NOT_ALLOWED', words: { zh: '您无权对此会话做这一步。', en: 'Your role may not do this here.' } };
  if (step.verb === 'SET_PRIORITY' && step.value === 'P0' && target.priority !== 'P0' && !viewer.covers('ticket:prioritise', belongings)) {
    return { code: 'NOT_ALLOWED', words: { zh: '您的角色不能设为紧急。', en: 'Your role may not make it urgent.' } };
  }
  if (target.state === 'CLOSED' && ['SEND_MESSAGE', 'ASSIGN', 'TRANSFER'].includes(step.verb)) {
    return { code: 'WRONG_STATE', words: { zh: '会话已结束。', en: 'The conversation has ended.' } };
  }
  return isText(step.verb) ? textProblem(step.value!, facts) : goalProblem(viewer, target, step, facts);
}

function textProblem(text: string, { values }: StepFacts): Problem | null {
  const missing = missingIn(text, values);
  if (missing.length === 0) return null;
  const shown = missing.map((name) => `{{${name}}}`).join(', ');
  return { code: 'INVALID', words: { zh: `这些变量没有值：${shown}。`, en: `No value for ${shown}.` } };
}

function goalProblem(viewer: Viewer, target: Target, { verb, value }: ConversationStep, { names, takers }: StepFacts): Problem | null {
  if (verb === 'TRANSFER' && !names.has(value!)) return { code: 'NOT_FOUND', words: { zh: '队列已不存在。', en: 'The queue is gone.' } };
  if (verb !== 'ASSIGN') return null;
  const agentId = value ?? viewer.agentId;
  if (agentId !== null && target.state === 'ACTIVE' && target.agentId === agentId) return null;
  if (agentId !== null && takers.has(agentId)) return null;
  return { code: 'NOT_AVAILABLE', words: { zh: '该客服已停用，或无权接待会话。', en: 'That agent is disabled, or may not answer conversations.' } };
}
