import { matchPolicy, type PolicyFacts } from './policy.rules.ts';
import type { TermsRef } from './sla.tables.ts';
import type { PolicyInForce } from './terms.store.ts';

/** What is promised to a ticket now: the first policy in force that matches; null when none does. */
export function chooseTerms(inForce: readonly PolicyInForce[], facts: PolicyFacts): TermsRef | null {
  const place = matchPolicy(inForce.map(({ policy }) => policy), facts);
  if (place < 0) return null;
  const { versionId, place: ownPlace, hoursId, hoursVersion } = inForce[place]!;
  return { versionId, place: ownPlace, hoursId, hoursVersion };
}
