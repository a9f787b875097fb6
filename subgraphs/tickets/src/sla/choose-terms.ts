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
  return refAt(inForce, matchPolicy(inForce.map(({ policy }) => policy), { ...facts, categories: withAncestors(categories, categoryId) }));
}

/** What is promised to a conversation now: the first policy in force for conversations that matches; null when none does. */
export function chooseConversationTerms(inForce: readonly PolicyInForce[], { priority, channelKind }: { priority: Priority; channelKind: string }): TermsRef | null {
  return refAt(inForce, matchPolicy(inForce.map(({ policy }) => policy), { subject: 'CONVERSATION', priority, channelKind, categories: [], tags: [] }));
}

/** Whether any policy in force is for conversations. */
export const promisesConversations = (inForce: readonly PolicyInForce[]): boolean => inForce.some(({ policy }) => policy.subject === 'CONVERSATION');

function refAt(inForce: readonly PolicyInForce[], place: number): TermsRef | null {
  if (place < 0) return null;
  const { versionId, place: ownPlace, hoursId, hoursVersion } = inForce[place]!;
  return { versionId, place: ownPlace, hoursId, hoursVersion };
}
