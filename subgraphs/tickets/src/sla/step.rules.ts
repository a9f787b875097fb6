import { nextChange, type Instant } from '@careline/kit/time';
import type { Clock } from './clock.rules.ts';
import type { Policy } from './policy.types.ts';
import { whenUsed, type Reading } from './reading.rules.ts';

/** One thing that is to happen when a clock has used so much working time. */
export interface PlannedStep {
  kind: 'BREACH' | 'WARN' | 'ESCALATE';
  usedMs: number;
  teamKey: string | null;
}

/** What a policy wants to happen to a clock, in time order; a warning that would come before the clock begins is none. */
export function planSteps({ escalations, warnings }: Policy, { target, budgetMs }: Clock): PlannedStep[] {
  const steps: PlannedStep[] = [{ kind: 'BREACH', usedMs: budgetMs, teamKey: null }];
  for (const { beforeMs, percentUsed, target: teamKey } of warnings) {
    const usedMs = beforeMs === null ? Math.round((budgetMs * percentUsed!) / 100) : budgetMs - beforeMs;
    if (usedMs > 0) steps.push({ kind: 'WARN', usedMs, teamKey });
  }
  for (const { appliesTo, afterMs, target: teamKey } of escalations) {
    if (appliesTo === null || appliesTo === target) steps.push({ kind: 'ESCALATE', usedMs: budgetMs + afterMs, teamKey });
  }
  return steps.sort((a, b) => a.usedMs - b.usedMs);
}

/**
 * When a step happens; null while the clock stands still for a reason of the ticket, or never will.
 *
 * The deadline itself is in time: its step happens one millisecond later. The closing of hours needs no null:
 * working time tells when they open again.
 */
export function fireAt(clock: Clock, { kind, usedMs }: Pick<PlannedStep, 'kind' | 'usedMs'>, now: Instant): Instant | null {
  const last = clock.pauses.at(-1);
  const at = whenUsed(clock, usedMs, now);
  if (at === null || (last?.to === null && at > last.from)) return null;
  return kind === 'BREACH' ? at + 1 : at;
}

/** When a running clock has to be read again although nothing happens to it: hours open or close. */
export function rereadAt(clock: Clock, reading: Reading, now: Instant): Instant | null {
  if (clock.endedAt !== null || clock.pauses.at(-1)?.to === null || reading.state === 'BREACHED') return null;
  return nextChange(clock.terms.hours, now);
}
