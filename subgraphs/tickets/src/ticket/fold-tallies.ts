import { lease, processHolder } from '@careline/kit/db';
import { DAY } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { dropEmptyTallies, foldTallyChanges, mendTallies } from './tally.store.ts';

const BATCH = 1_000;

/** Moves the noted changes into the tallies, so that counters need not add up many. */
export async function foldTallies({ db }: TicketsContext): Promise<void> {
  while ((await db.transaction((tx) => foldTallyChanges(tx, BATCH))) === BATCH);
}

/** Counts every ticket anew once a day, however often workers start, and mends what differs. That anything differs is worth a look. */
export async function recountTallies(ctx: TicketsContext): Promise<void> {
  // A turn that is kept for a day instead of given back says that today's count was done.
  const turn = lease(ctx.db, 'tickets.tallies-recounted', processHolder(), DAY);
  const fence = await turn.acquire();
  if (fence === null) return;
  try {
    const wrong = await mendTallies(ctx.db);
    if (wrong > 0) ctx.log.warn({ wrong }, 'tallies of tickets were wrong and have been mended');
    await dropEmptyTallies(ctx.db);
  } catch (error) {
    await turn.release(fence);
    throw error;
  }
}
