import type { Words } from '@careline/kit/errors';
import { DAY } from '@careline/kit/time';
import type { SlaTarget } from './clock.rules.ts';
import type { Policy, PolicyConditions, PolicyNames, Priority, SlaSubject } from './policy.types.ts';

/** A mistake or advice about one policy among its neighbours; `path` in the spelling of YAML. */
export interface PolicyProblem {
  index: number;
  path: string[];
  words: Words;
  isWarning: boolean;
}

/** How YAML spells the targets. */
export const YAML_KEY: Readonly<Record<SlaTarget, string>> = { FIRST_RESPONSE: 'first_response', NEXT_RESPONSE: 'next_response', PERIODIC_UPDATE: 'periodic_update', RESOLUTION: 'resolution_time' };

/** What of a ticket or conversation decides which policy holds for it. */
export interface PolicyFacts {
  /** Absent: a ticket. */
  subject?: SlaSubject;
  priority: Priority;
  /** Keys and ids of its category and of those above it. */
  categories: readonly string[];
  tags: readonly string[];
  /** Of a conversation. */
  channelKind?: string;
}

/** A category and the one above it. */
export interface CategoryPlace {
  id: string;
  key: string;
  parentId: string | null;
}

/** A category by key and id, with all above it: what conditions of policies may name. */
export function withAncestors(categories: readonly CategoryPlace[], id: string): string[] {
  const found: string[] = [];
  for (let at: string | null = id; at !== null;) {
    const category = categories.find((one) => one.id === at);
    if (!category || found.includes(category.id)) break;
    found.push(category.id, category.key);
    at = category.parentId;
  }
  return found;
}

function holds({ categories, tags, channels }: PolicyConditions, facts: PolicyFacts): boolean {
  return (!channels || channels.includes(facts.channelKind ?? '')) && (!categories || categories.some((category) => facts.categories.includes(category))) && (!tags || tags.some((tag) => facts.tags.includes(tag)));
}

const subjectOf = ({ subject }: { subject?: SlaSubject }): SlaSubject => subject ?? 'TICKET';

/** The place of the policy that holds for a ticket or conversation: the first in order that matches; -1 when none does. */
export function matchPolicy(policies: readonly Policy[], facts: PolicyFacts): number {
  return policies.findIndex((policy) => subjectOf(policy) === subjectOf(facts) && policy.priority === facts.priority && holds(policy.conditions, facts));
}

/** What is wrong with policies that are each well written: promises that contradict, and policies that never hold. */
export function checkPolicies(policies: readonly Policy[], names: PolicyNames): PolicyProblem[] {
  return policies.flatMap((policy, index) => [...checkSubject(policy), ...checkPromises(policy, names), ...checkLadder(policy), ...checkOrder(policies, index)].map((problem) => ({ index, ...problem })));
}

type Found = Omit<PolicyProblem, 'index'>;

const CONDITIONS: Readonly<Record<SlaSubject, readonly (keyof PolicyConditions)[]>> = { TICKET: ['categories', 'tags'], CONVERSATION: ['channels'] };

/** Conversations know other conditions than tickets, and no states in which somebody else is waited for. */
function checkSubject(policy: Policy): Found[] {
  const known = CONDITIONS[subjectOf(policy)];
  const found = (Object.keys(policy.conditions) as (keyof PolicyConditions)[]).filter((key) => !known.includes(key)).map((key): Found => ({
    path: ['conditions', key], isWarning: false,
    words: { zh: `${subjectOf(policy) === 'TICKET' ? '工单' : '会话'}的策略可以写的条件：${known.join('、')}。`, en: `Policies for ${subjectOf(policy) === 'TICKET' ? 'tickets' : 'conversations'} know these conditions: ${known.join(', ')}.` },
  }));
  if (subjectOf(policy) === 'CONVERSATION' && policy.pauseStates.join() !== 'PENDING,ON_HOLD') {
    found.push({ path: ['pause_states'], isWarning: false, words: { zh: '会话没有这些状态，请删去 pause_states：会话只在非工作时间暂停计时。', en: 'Conversations have no such states: take pause_states away. Their clocks pause outside business hours only.' } });
  }
  return found;
}

function checkPromises({ budgets, hoursKey }: Policy, names: PolicyNames): Found[] {
  const found: Found[] = [];
  const promised = Object.keys(budgets) as SlaTarget[];
  if (promised.length === 0) found.push({ path: [], isWarning: false, words: { zh: '这条策略没有承诺任何指标，请至少写 first_response 或 resolution_time。', en: 'This policy promises nothing: write at least first_response or resolution_time.' } });
  const { FIRST_RESPONSE: first, RESOLUTION: resolution } = budgets;
  if (first !== undefined && resolution !== undefined && first > resolution) {
    found.push({ path: ['first_response'], isWarning: false, words: { zh: '首次响应不能晚于解决时限，请改小 first_response 或改大 resolution_time。', en: 'The first response cannot be later than the resolution: lower first_response or raise resolution_time.' } });
  }
  if (names.hours.get(hoursKey)?.isAlways === false) {
    for (const target of promised) {
      if (budgets[target]! >= DAY && budgets[target]! % DAY === 0) found.push({ path: [YAML_KEY[target]], isWarning: true, words: { zh: `1d 是 24 小时的工作时间。若想写 ${budgets[target]! / DAY} 个工作日，请写成小时。`, en: `1d means 24 hours of working time. For ${budgets[target]! / DAY} working days write hours.` } });
    }
  }
  return found;
}

function checkLadder({ budgets, escalations, warnings }: Policy): Found[] {
  const found: Found[] = [];
  for (const [place, { appliesTo }] of escalations.entries()) {
    if (appliesTo && budgets[appliesTo] === undefined) {
      found.push({ path: ['escalation_rules', String(place), 'applies_to'], isWarning: false, words: { zh: `这条策略没有承诺 ${YAML_KEY[appliesTo]}，请补上或删去 applies_to。`, en: `This policy does not promise ${YAML_KEY[appliesTo]}: add it or take applies_to away.` } });
    }
  }
  const shortest = Math.min(...Object.values(budgets));
  for (const [place, { beforeMs }] of warnings.entries()) {
    if (beforeMs !== null && beforeMs >= shortest) found.push({ path: ['warnings', String(place), 'before'], isWarning: true, words: { zh: '这个预警早于最短时限的开始，对它不会发出。', en: 'This warning would come before the shortest promise begins; it is not sent for that one.' } });
  }
  return found;
}

function checkOrder(policies: readonly Policy[], index: number): Found[] {
  const policy = policies[index]!;
  const { priority, conditions } = policy;
  const isCovered = (earlier: Policy) => subjectOf(earlier) === subjectOf(policy) && earlier.priority === priority && covers(earlier.conditions, conditions);
  return policies.slice(0, index).some(isCovered)
    ? [{ path: ['priority'], isWarning: true, words: { zh: `前面的策略已经匹配所有这样的 ${priority} ${subjectOf(policy) === 'TICKET' ? '工单' : '会话'}，这一条永远不会生效：请调整顺序或条件。`, en: `An earlier policy already matches all such ${priority} ${subjectOf(policy) === 'TICKET' ? 'tickets' : 'conversations'}, so this one never holds: change order or conditions.` } }]
    : [];
}

/** Whether all that the second conditions let through passes the first. */
function covers(wide: PolicyConditions, narrow: PolicyConditions): boolean {
  return (['categories', 'tags', 'channels'] as const).every((key) => !wide[key] || (narrow[key]?.every((value) => wide[key]!.includes(value)) ?? false));
}
