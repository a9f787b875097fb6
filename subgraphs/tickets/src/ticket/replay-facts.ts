import type { PolicyInForce, StoredFact, TermsRef } from '../sla/index.ts';
import { chooseTerms } from '../sla/index.ts';
import { slaFactsOf, type LifeLine } from './life.rules.ts';
import { policyFacts, priorityNumber, type Priority } from './ticket.rules.ts';
import type { CategoryRow, TicketRow } from './ticket.tables.ts';

type Place = Pick<TicketRow, 'priority' | 'categoryId' | 'tags'>;

/** What a ticket was after each line of its life that SLA policies heed, from the last back to the first. */
function placesOf(ticket: Place, life: readonly LifeLine[], categories: readonly CategoryRow[]): Map<number, Place> {
  const places = new Map<number, Place>();
  let place: Place = { priority: ticket.priority, categoryId: ticket.categoryId, tags: ticket.tags };
  for (const { seq, kind, facts } of [...life].reverse()) {
    places.set(seq, place);
    if (kind === 'PRIORITISED') place = { ...place, priority: priorityNumber(facts!.from as Priority) };
    if (kind === 'CHANGED' && facts?.field === 'tags') place = { ...place, tags: facts.from as string[] };
    if (kind === 'CHANGED' && facts?.field === 'category') place = { ...place, categoryId: categories.find(({ key }) => key === facts.from)?.id ?? place.categoryId };
  }
  return places;
}

/** The facts of a ticket as they would be had these policies been in force from its creation on. */
export function factsUnder(policies: readonly PolicyInForce[], ticket: Place, life: readonly LifeLine[], categories: readonly CategoryRow[]): StoredFact[] {
  const places = placesOf(ticket, life, categories);
  const choose = (seq: number): TermsRef | null => chooseTerms(policies, policyFacts(places.get(seq)!, categories));
  return life.flatMap(slaFactsOf).map((fact) => ('terms' in fact ? { ...fact, terms: choose(fact.seq) } : fact));
}
