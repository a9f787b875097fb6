import type { Instant } from '@careline/kit/time';
import { clocksOf, type SlaFact, type SlaTarget } from './clock.rules.ts';
import type { StoredFact } from './clock-set.ts';
import { cameAtRisk, readClock, whenUsed, type ClockState } from './reading.rules.ts';
import type { TermsRef } from './sla.tables.ts';
import { keyOfTerms, type KnownTerms } from './terms.store.ts';

/** How one clock of a ticket fares. */
export interface Judgement {
  target: SlaTarget;
  startSeq: number;
  state: ClockState;
  dueAt: Instant | null;
  isEnded: boolean;
  isAtRisk: boolean;
  /** When it came to be at risk; null when it did not by now or by its end. */
  riskAt: Instant | null;
  /** Escalations whose time came before the end, or by now. */
  escalations: number;
}

/** How the clocks of a ticket fare under the terms its facts name. */
export function judge(facts: readonly StoredFact[], terms: ReadonlyMap<string, KnownTerms>, now: Instant): Judgement[] {
  const known = (ref: TermsRef | null) => (ref ? terms.get(keyOfTerms(ref))! : null);
  const clocks = clocksOf(facts.map((fact): SlaFact => ('terms' in fact ? { ...fact, terms: known(fact.terms) } : fact)));
  return clocks.map((clock) => {
    const { state, dueAt, isAtRisk } = readClock(clock, now);
    const end = clock.endedAt ?? now;
    const { escalations } = (clock.terms as KnownTerms).policyBody;
    const came = escalations.filter(({ appliesTo, afterMs }) => {
      const at = appliesTo === null || appliesTo === clock.target ? whenUsed(clock, clock.budgetMs + afterMs, now) : null;
      return at !== null && at <= end;
    });
    return { target: clock.target, startSeq: clock.startSeq, state, dueAt, isEnded: clock.endedAt !== null, isAtRisk, riskAt: cameAtRisk(clock, now), escalations: came.length };
  });
}

/** Clocks that ended or were missed in a dry run, before and after. */
export interface Verdicts {
  metBefore: number;
  endedBefore: number;
  metAfter: number;
  endedAfter: number;
}

/** Counts a clock among those with a verdict; one that runs on in time has none yet. */
export function countVerdict(verdicts: Verdicts, judgement: Judgement | undefined, when: 'Before' | 'After'): void {
  if (judgement?.state !== 'MET' && judgement?.state !== 'BREACHED') return;
  verdicts[`ended${when}`] += 1;
  if (judgement.state === 'MET') verdicts[`met${when}`] += 1;
}
