import { randomUUID } from 'node:crypto';
import { lease } from '@careline/kit/db';
import { DAY } from '@careline/kit/time';
import type { Runtime } from '../context.ts';
import { dropEmptyTallies, foldTallyChanges, mendTallies } from './tally.store.ts';

const BATCH = 1_000;

/** Moves the noted changes into the tallies, so that counters need not add up many. */
export async function foldTallies(runtime: Runtime): Promise<void> {
  while ((await runtime.db.transaction((tx) => foldTallyChanges(tx, BATCH))) === BATCH);
}

/**
 * Counts everything anew once a day, however often workers start, and mends what differs, e.g. after rows were written by
 * hand. That anything differs is worth a look.
 */
export async function recountTallies(runtime: Runtime): Promise<void> {
  // A turn that is kept for a day instead of given back says that today's count was done.
  const turn = lease(runtime.db, 'conversations.tallies-recounted', randomUUID(), DAY);
  const fence = await turn.acquire();
  if (fence === null) return;
  try {
    const wrong = await mendTallies(runtime.db);
    if (wrong > 0) runtime.log.warn({ wrong }, 'tallies of conversations were wrong and have been mended');
    await dropEmptyTallies(runtime.db);
  } catch (error) {
    await turn.release(fence);
    throw error;
  }
}
