import { newId, type Tx } from '@careline/kit/db';
import { touchCustomers } from './customer.store.ts';
import { selectMerge } from './merge.store.ts';
import { insertEntry, nextSeq, type TimelineRow } from './timeline.store.ts';

/** A rule or a person did it; the event does not say who. */
export const SYSTEM = { kind: 'SYSTEM', id: null };

export interface Told {
  customerId: string;
  at: number;
  kind: string;
  actor: { kind: string; id: string | null };
  subjectId: string | null;
  facts: TimelineRow['facts'];
}

/** Writes what happened into the customer's timeline, in the transaction that marks the event as processed: once. */
export async function addEntry(tx: Tx, told: Told): Promise<void> {
  const seq = await nextSeq(tx, told.customerId);
  await insertEntry(tx, {
    id: newId('tle'), customerId: told.customerId, seq, happenedAt: told.at, kind: told.kind, actorKind: told.actor.kind, actorId: told.actor.id,
    subjectId: told.subjectId, facts: told.facts,
  });
}

/** The entry of a merge or its undoing, for the survivor, with who joined the two. */
export async function addMergeEntry(tx: Tx, merge: { mergeId: string; survivorId: string; mergedNumber: string; isUndone: boolean }, at: number): Promise<void> {
  const { mergeId, survivorId, mergedNumber, isUndone } = merge;
  const row = await selectMerge(tx, mergeId);
  const actor = row && !isUndone ? { kind: row.actorKind, id: row.actorId } : SYSTEM;
  await addEntry(tx, { customerId: survivorId, at, kind: 'CUSTOMER_MERGED', actor, subjectId: null, facts: { mergedNumber, isUndone } });
}

/** Remembers when customers were last heard from; later contacts of one customer stand for earlier ones. */
export function noteContacts(tx: Tx, contacts: readonly { customerId: string; at: number }[]): Promise<void> {
  const latest = new Map<string, number>();
  for (const { customerId, at } of contacts) latest.set(customerId, Math.max(at, latest.get(customerId) ?? 0));
  return touchCustomers(tx, latest);
}
