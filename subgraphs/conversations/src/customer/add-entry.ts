import { binaryToId, idToBinary, type Tx } from '@careline/kit/db';
import { touchCustomers } from './customer.store.ts';
import { selectMerge } from './merge.store.ts';
import type { Told } from './timeline.rules.ts';
import { insertEntries, type TimelineRow } from './timeline.store.ts';

/** A rule or a person did it; the event does not say who. */
export const SYSTEM = { kind: 'SYSTEM', id: null };

/** Writes what happened into the timelines of customers. Told again, it changes nothing. */
export async function addEntries(tx: Tx, told: readonly (Told | null)[]): Promise<void> {
  await insertEntries(tx, told.flatMap((one) => (one ? rowOf(one) : [])));
}

/** The row of an entry. Its id is that of its source, so that one source has one entry for ever. */
export function rowOf({ sourceId, customerId, at, kind, actor, subjectId, facts }: Told): TimelineRow {
  return { id: binaryToId('tle', idToBinary(sourceId)), customerId, happenedAt: at, kind, actorKind: actor.kind, actorId: actor.id, subjectId, facts };
}

/** The entry of a merge or its undoing, for the survivor, with who joined the two. */
export async function addMergeEntry(tx: Tx, merge: { mergeId: string; survivorId: string; mergedNumber: string; isUndone: boolean }, { id, at }: { id: string; at: number }): Promise<void> {
  const { mergeId, survivorId, mergedNumber, isUndone } = merge;
  const row = await selectMerge(tx, mergeId);
  const actor = row && !isUndone ? { kind: row.actorKind, id: row.actorId } : SYSTEM;
  await addEntries(tx, [{ sourceId: id, customerId: survivorId, at, kind: 'CUSTOMER_MERGED', actor, subjectId: null, facts: { mergedNumber, isUndone } }]);
}

/** Remembers when customers were last heard from; later contacts of one customer stand for earlier ones. */
export function noteContacts(tx: Tx, contacts: readonly { customerId: string; at: number }[]): Promise<void> {
  const latest = new Map<string, number>();
  for (const { customerId, at } of contacts) latest.set(customerId, Math.max(at, latest.get(customerId) ?? 0));
  return touchCustomers(tx, latest);
}
