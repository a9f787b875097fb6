import { refuse } from '@careline/kit/errors';
import type { ClockFacts, Conditions, Step, TicketFacts } from './automation.types.ts';

const LIST_MAX = 100;
const LISTS = ['states', 'priorities', 'categoryIds', 'agentIds', 'teamIds', 'tags', 'clockStates'] as const;
const FLAGS = ['isUnassigned', 'isAtRisk'] as const;
const TEXTS = ['customerId', 'clockTarget'] as const;
/** Names of moments and of single tickets: true today, senseless tomorrow. */
const UNFIT = ['ids', 'dueAfter', 'dueBefore', 'clockEndedAfter', 'createdAfter', 'createdBefore'] as const;

/** Conditions without what asks nothing. Refuses INVALID for what no rule can ask and TOO_MANY for long lists. */
export function plainConditions(filter: Readonly<Record<string, unknown>>): Conditions {
  for (const name of UNFIT) {
    if (filter[name] != null) throw refuse('INVALID', ['conditions', name], { zh: `规则的条件不能使用 ${name}。`, en: `The conditions of a rule cannot use ${name}.` });
  }
  const plain: Record<string, unknown> = {};
  for (const name of LISTS) {
    const values = [...new Set(((filter[name] as string[] | null | undefined) ?? []).map((value) => value.trim()))].filter((value) => value !== '');
    if (values.length > LIST_MAX) throw refuse('TOO_MANY', ['conditions', name], { zh: `一个条件最多 ${LIST_MAX} 个值。`, en: `A condition has at most ${LIST_MAX} values.` });
    if (values.length > 0) plain[name] = values;
  }
  for (const name of TEXTS) if (filter[name]) plain[name] = filter[name];
  for (const name of FLAGS) if (filter[name]) plain[name] = true;
  return plain as Conditions;
}

/** The first condition that does not hold, by its name; null when all hold. `below` gives categories with all below them. */
export function failedCondition(conditions: Conditions, ticket: TicketFacts, below: (categoryIds: readonly string[]) => readonly string[]): keyof Conditions | null {
  const { states, priorities, categoryIds, customerId, agentIds, isUnassigned, teamIds, tags } = conditions;
  if (states && !states.includes(ticket.state)) return 'states';
  if (priorities && !priorities.includes(ticket.priority)) return 'priorities';
  if (categoryIds && !below(categoryIds).includes(ticket.categoryId)) return 'categoryIds';
  if (customerId && customerId !== ticket.customerId) return 'customerId';
  if (agentIds && !(ticket.agentId && agentIds.includes(ticket.agentId))) return 'agentIds';
  if (isUnassigned && ticket.agentId) return 'isUnassigned';
  if (teamIds && !(ticket.teamId && teamIds.includes(ticket.teamId))) return 'teamIds';
  if (tags && !tags.some((tag) => ticket.tags.includes(tag))) return 'tags';
  return failedClock(conditions, ticket.clocks);
}

/** All that is asked of clocks must hold of one of them, as in lists of tickets. */
function failedClock({ clockStates, clockTarget, isAtRisk }: Conditions, clocks: readonly ClockFacts[]): keyof Conditions | null {
  if (!clockStates && !isAtRisk) return null;
  const named = clocks.filter(({ target }) => !clockTarget || target === clockTarget);
  const standing = named.filter(({ state, isEnded }) => !clockStates || (clockStates.includes(state) && (!isEnded || clockStates.includes('MET'))));
  if (standing.length === 0) return clockStates ? 'clockStates' : 'isAtRisk';
  return !isAtRisk || standing.some((clock) => clock.isAtRisk) ? null : 'isAtRisk';
}

/** Places of the steps that would still change something about the ticket. A team nobody knows is left to be refused. */
export function pendingSteps(steps: readonly Step[], ticket: TicketFacts, teams: ReadonlyMap<string, string>): number[] {
  const isPending = ({ verb, value }: Step): boolean => {
    switch (verb) {
      case 'SET_PRIORITY': return value !== ticket.priority;
      case 'SET_STATE': return value !== ticket.state;
      case 'ASSIGN_AGENT': return value !== ticket.agentId;
      case 'ASSIGN_TEAM': return teams.get(value) === undefined || teams.get(value) !== ticket.teamId;
      case 'ADD_TAG': return !ticket.tags.includes(value);
      case 'COMMENT': case 'NOTIFY_TEAM': return true;
    }
  };
  return steps.flatMap((step, place) => (isPending(step) ? [place] : []));
}
