import type { AutomationSince, AutomationTrigger, AutomationVerb, RuleContentPartsFragment, SaveAutomationRuleInput, TicketFilter } from '../../../gql/graphql.ts';

export type RuleContent = Pick<RuleContentPartsFragment, 'trigger' | 'since' | 'afterSeconds' | 'conditions'> & { steps: ReadonlyArray<{ verb: AutomationVerb; value: string }> };

export const TRIGGERS: readonly AutomationTrigger[] = ['TICKET_CREATED', 'TICKET_UPDATED', 'TICKET_COMMENTED', 'SLA_AT_RISK', 'SLA_BREACHED', 'TIME_SINCE'];
export const VERBS: readonly AutomationVerb[] = ['SET_PRIORITY', 'SET_STATE', 'ASSIGN_TEAM', 'ASSIGN_AGENT', 'ADD_TAG', 'COMMENT', 'NOTIFY_TEAM'];

/** Conditions in the order in which they are asked; the flags hold without a value. */
export const CONDITIONS = ['states', 'priorities', 'categoryIds', 'customerId', 'agentIds', 'isUnassigned', 'teamIds', 'tags', 'clockStates', 'clockTarget', 'isAtRisk'] as const;
export type ConditionName = (typeof CONDITIONS)[number];
const SINGLE: ReadonlySet<ConditionName> = new Set(['customerId', 'clockTarget']);
export const FLAGS: ReadonlySet<ConditionName> = new Set(['isUnassigned', 'isAtRisk']);

export const UNITS = [['m', 60], ['h', 3_600], ['d', 86_400]] as const;
export type Unit = (typeof UNITS)[number][0];

export interface ConditionDraft {
  name: ConditionName;
  values: string[];
}

export interface StepDraft {
  /** Stays with the step while others move around it. */
  key: number;
  verb: AutomationVerb;
  value: string;
}

/** A rule while somebody writes it. */
export interface RuleDraft {
  name: string;
  trigger: AutomationTrigger;
  since: AutomationSince;
  amount: number;
  unit: Unit;
  conditions: ConditionDraft[];
  steps: StepDraft[];
}

let lastKey = 0;
export const newStep = (verb: AutomationVerb, value = ''): StepDraft => ({ key: (lastKey += 1), verb, value });

/** What a new rule begins with. */
export const begun = (): RuleDraft => ({ name: '', trigger: 'TICKET_CREATED', since: 'UPDATED', amount: 24, unit: 'h', conditions: [{ name: 'priorities', values: [] }], steps: [newStep('ADD_TAG')] });

/** The largest unit in which so many seconds are a whole number. */
function inUnits(seconds: number): { amount: number; unit: Unit } {
  const [unit, size] = [...UNITS].reverse().find(([, one]) => seconds % one === 0) ?? UNITS[0];
  return { amount: Math.round(seconds / size), unit };
}

/** A saved version as a draft. */
export function draftOf(name: string, { trigger, since, afterSeconds, conditions, steps }: RuleContent): RuleDraft {
  const asked = conditions as Record<string, unknown>;
  return {
    name, trigger, since: since ?? 'UPDATED', ...inUnits(afterSeconds ?? 86_400),
    conditions: CONDITIONS.filter((one) => asked[one] != null).map((one) => ({ name: one, values: FLAGS.has(one) ? [] : [asked[one]].flat().map(String) })),
    steps: steps.map(({ verb, value }) => newStep(verb, value)),
  };
}

const secondsOf = ({ amount, unit }: RuleDraft) => Math.round((amount || 0) * UNITS.find(([one]) => one === unit)![1]);

/** Conditions in the form of the API; one without a value asks nothing. */
function filterOf(conditions: readonly ConditionDraft[]): TicketFilter {
  const asked = conditions.filter(({ name, values }) => FLAGS.has(name) || values.some((value) => value.trim() !== ''));
  return Object.fromEntries(asked.map(({ name, values }) => [name, FLAGS.has(name) ? true : SINGLE.has(name) ? values[0] : values.filter((value) => value.trim() !== '')])) as TicketFilter;
}

/** What a draft says, as versions say it. */
export function contentOf(draft: RuleDraft): RuleContent {
  const isTimed = draft.trigger === 'TIME_SINCE';
  return {
    trigger: draft.trigger, since: isTimed ? draft.since : null, afterSeconds: isTimed ? secondsOf(draft) : null,
    conditions: filterOf(draft.conditions) as Record<string, unknown>, steps: draft.steps.map(({ verb, value }) => ({ verb, value: value.trim() })),
  };
}

/** A draft as the API takes it. */
export function inputOf(draft: RuleDraft): Omit<SaveAutomationRuleInput, 'idempotencyKey'> {
  const { trigger, since, afterSeconds, steps } = contentOf(draft);
  return { name: draft.name.trim(), trigger, since, afterSeconds, conditions: filterOf(draft.conditions), steps: [...steps] };
}

/** Whether two drafts say the same. */
export const isSame = (one: RuleDraft, other: RuleDraft): boolean => JSON.stringify(inputOf(one)) === JSON.stringify(inputOf(other));
