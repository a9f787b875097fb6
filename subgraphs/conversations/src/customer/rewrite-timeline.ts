import type { Db } from '@careline/kit/db';
import { MINUTE } from '@careline/kit/time';
import { rowOf } from './add-entry.ts';
import { RETOLD_KINDS, type Told } from './timeline.rules.ts';
import { deleteRebuild, replaceEntries, selectRebuilds } from './timeline.store.ts';

const BATCH = 50;

/** Customers whose timelines wait to be written anew, at most 50. */
export function waitingRebuilds(db: Db): Promise<string[]> {
  return selectRebuilds(db, BATCH);
}

/**
 * Puts what was told anew in the place of what the timeline holds of the same kinds. What events alone told (merges,
 * identities) stays, and so does the last minute before `readFrom`, when what was told was read: its events may still be on their way.
 */
export async function rewriteTimeline(db: Db, customerId: string, told: readonly Told[], readFrom: number): Promise<void> {
  await db.transaction(async (tx) => {
    await replaceEntries(tx, customerId, { kinds: RETOLD_KINDS, before: readFrom - MINUTE }, told.map(rowOf));
    await deleteRebuild(tx, customerId);
  });
}
