import type { Runtime } from '../context.ts';
import { foldTallyChanges, mendTallies } from './tally.store.ts';

const BATCH = 1_000;

/** Moves the noted changes into the tallies, so that counters need not add up many. */
export async function foldTallies(runtime: Runtime): Promise<void> {
  while ((await runtime.db.transaction((tx) => foldTallyChanges(tx, BATCH))) === BATCH);
}

/** Counts everything anew and mends what differs, e.g. after rows were written by hand. That anything differs is worth a look. */
export async function recountTallies(runtime: Runtime): Promise<void> {
  const wrong = await mendTallies(runtime.db);
  if (wrong > 0) runtime.log.warn({ wrong }, 'tallies of conversations were wrong and have been mended');
}
