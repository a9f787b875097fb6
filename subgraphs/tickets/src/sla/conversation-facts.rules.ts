import type { Instant } from '@careline/kit/time';
import type { StoredFact } from './clock-set.ts';
import type { Priority } from './policy.types.ts';
import type { TermsRef } from './sla.tables.ts';

/** The life of a conversation as conversations tells it whole, message by message. */
export interface ToldLife {
  conversationId: string;
  channelKind: string;
  /** What it is now. */
  priority: Priority;
  startedAt: Instant;
  turns: readonly { seq: number; at: Instant; authorKind: string; event: 'CLOSED' | 'REOPENED' | 'CHANGED' | null; priorityBefore: Priority | null }[];
}

/**
 * What happened in a conversation as clocks take it, had `choose` said from its begin on what is promised: the same as `ConversationLife`
 * makes of its events. Numbered by message. Empty when its customer never spoke.
 */
export function factsOfLife({ priority: present, turns }: ToldLife, choose: (priority: Priority) => TermsRef | null): StoredFact[] {
  const facts: StoredFact[] = [];
  let priority = turns.find(({ event }) => event === 'CHANGED')?.priorityBefore ?? present;
  let isOver = false;
  let last = 0;
  for (const [place, { seq, at: saidAt, authorKind, event }] of turns.entries()) {
    const at = Math.max(saidAt, last);
    const hasBegun = facts.length > 0;
    if (event === 'CHANGED') {
      priority = turns.slice(place + 1).find((turn) => turn.event === 'CHANGED')?.priorityBefore ?? present;
      if (hasBegun) facts.push({ seq, at, kind: 'TERMS', terms: choose(priority) });
    } else if (event) {
      if (isOver === (event === 'CLOSED')) continue;
      isOver = event === 'CLOSED';
      if (hasBegun) facts.push({ seq, at, kind: 'STATE', state: isOver ? 'CLOSED' : 'OPEN' });
    } else if (authorKind === 'CUSTOMER') facts.push(hasBegun ? { seq, at, kind: 'ASKED' } : { seq, at, kind: 'CREATED', state: 'OPEN', terms: choose(priority) });
    else if (hasBegun) facts.push({ seq, at, kind: 'REPLIED' });
    last = facts.at(-1)?.at ?? last;
  }
  return facts;
}
