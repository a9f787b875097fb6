import type { Clock } from './clock.rules.ts';
import type { ClockRow, StepRow } from './sla.tables.ts';
import type { KnownTerms } from './terms.store.ts';

/** A clock that came to its end, or goes on after it, as facts tell of it. */
export type ToldClock = Pick<ClockRow, 'target' | 'startedAt' | 'dueAt' | 'endedAt' | 'budgetMs' | 'usedMs'> & {
  clockId: string;
  state: 'RUNNING' | 'MET' | 'BREACHED';
  pausedMs: number;
  escalationCount: number;
  policyVersion: number;
};

/** What facts are to know of a clock at its end. */
export function tellClock(row: ClockRow, clock: Clock, steps: readonly StepRow[]): ToldClock {
  const { id: clockId, target, startedAt, dueAt, endedAt, budgetMs, usedMs } = row;
  const state = endedAt === null ? 'RUNNING' : row.breachedAt === null ? 'MET' : 'BREACHED';
  const pausedMs = clock.pauses.reduce((sum, { from, to }) => sum + (to ?? from) - from, 0);
  const escalationCount = steps.filter((step) => step.clockId === row.id && step.kind === 'ESCALATE' && step.state === 'DONE').length;
  return { clockId, target, startedAt, dueAt, endedAt, budgetMs, usedMs, state, pausedMs, escalationCount, policyVersion: (clock.terms as KnownTerms).versionNumber };
}
