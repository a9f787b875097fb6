import { appError } from '@careline/kit/errors';
import { nextChange, isOpenAt, type Instant } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { clocksOf, type SlaTarget } from './clock.rules.ts';
import { selectAllHours } from './hours.store.ts';
import { checkDocument, shown, type ShownPolicy } from './policies.ts';
import type { DocumentInput } from './policy-form.rules.ts';
import { matchPolicy } from './policy.rules.ts';
import type { Policy, Priority } from './policy.types.ts';
import { usedMs, whenUsed } from './reading.rules.ts';
import { planSteps } from './step.rules.ts';
import { policiesInForce } from './terms.store.ts';

export interface SlaSimulationInput {
  document?: DocumentInput | null;
  priority: Priority;
  createdAt: Instant;
  category?: string | null;
}

export interface SimulationStep {
  at: Instant;
  kind: 'CREATED' | 'OPENED' | 'CLOSED' | 'WARNED' | 'DUE' | 'ESCALATED';
  target: SlaTarget | null;
  usedSeconds: number;
  teamKey: string | null;
}

const STEPS_MAX = 200;
const KIND = { BREACH: 'DUE', WARN: 'WARNED', ESCALATE: 'ESCALATED' } as const;

/** How an imagined ticket that nobody touches would fare, in time order: deadlines, warnings, escalations, and the hours between. */
export async function simulateSla(ctx: TicketsContext, input: SlaSimulationInput): Promise<{ policy: ShownPolicy | null; steps: SimulationStep[] }> {
  const policies = await policiesOf(ctx, input.document ?? null);
  const categories = await ctx.loaders.categories();
  const category = input.category ? categories.find(({ id, key }) => id === input.category || key === input.category) : null;
  if (input.category && !category) throw appError('BAD_USER_INPUT', { words: { zh: '问题分类不存在。', en: 'There is no such category.' } });
  const place = matchPolicy(policies, { priority: input.priority, categories: category ? [category.id, category.key] : [], tags: [] });
  if (place < 0) return { policy: null, steps: [{ at: input.createdAt, kind: 'CREATED', target: null, usedSeconds: 0, teamKey: null }] };
  const policy = policies[place]!;
  const hours = (await selectAllHours(ctx.db)).find(({ key }) => key === policy.hoursKey);
  if (!hours) throw appError('BAD_USER_INPUT', { words: { zh: `没有工作时间 ${policy.hoursKey}。`, en: `There are no business hours ${policy.hoursKey}.` } });
  return { policy: shown(policies, null)[place]!, steps: stepsOf(policy, hours.content, input.createdAt) };
}

async function policiesOf(ctx: TicketsContext, document: DocumentInput | null): Promise<Policy[]> {
  return document ? (await checkDocument(ctx, document)).policies : (await policiesInForce(ctx.db)).map(({ policy }) => policy);
}

function stepsOf(policy: Policy, hours: Parameters<typeof isOpenAt>[0], createdAt: Instant): SimulationStep[] {
  const terms = { policy: '', budgets: policy.budgets, pauseStates: policy.pauseStates, hours };
  const clocks = clocksOf([{ seq: 1, at: createdAt, kind: 'CREATED', state: 'NEW', terms }]);
  const seconds = (ms: number) => Math.floor(ms / 1000);
  const steps: SimulationStep[] = [{ at: createdAt, kind: 'CREATED', target: null, usedSeconds: 0, teamKey: null }];
  for (const clock of clocks) {
    for (const { kind, usedMs: used, teamKey } of planSteps(policy, clock)) {
      const at = whenUsed(clock, used, createdAt);
      if (at !== null) steps.push({ at, kind: KIND[kind], target: clock.target, usedSeconds: seconds(used), teamKey });
    }
  }
  const end = Math.max(...steps.map(({ at }) => at));
  const [clock] = clocks;
  for (let at = nextChange(hours, createdAt); clock && at !== null && at < end && steps.length < STEPS_MAX; at = nextChange(hours, at)) {
    steps.push({ at, kind: isOpenAt(hours, at) ? 'OPENED' : 'CLOSED', target: null, usedSeconds: seconds(usedMs({ ...clock, endedAt: null }, at)), teamKey: null });
  }
  return steps.sort((a, b) => a.at - b.at);
}
