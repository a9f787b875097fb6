import { matchPolicy, withAncestors, type CategoryPlace } from './policy.rules.ts';
import type { Priority } from './policy.types.ts';
import type { TermsRef } from './sla.tables.ts';
import type { PolicyInForce } from './terms.store.ts';

/** What of a ticket decides about its promise. */
export interface TermsFacts {
  priority: Priority;
  categoryId: string;
  tags: readonly string[];
}

/** What is promised to a ticket now: the first policy in force that matches; null when none does. */
export function chooseTerms(inForce: readonly PolicyInForce[], { categoryId, ...facts }: TermsFacts, categories: readonly CategoryPlace[]): TermsRef | null {
  const place = matchPolicy(inForce.map(({ policy }) => policy), { ...facts, categories: withAncestors(categories, categoryId) });
  if (place < 0) return null;
  const { versionId, place: ownPlace, hoursId, hoursVersion } = inForce[place]!;
  return { versionId, place: ownPlace, hoursId, hoursVersion };
}
