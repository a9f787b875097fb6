import type { Runtime } from '../context.ts';
import { dropRunOutVisits } from './visit.store.ts';

/** Clears away visits that ran out 90 days after their last use, with their tokens. */
export function dropVisits(runtime: Runtime, now: number): Promise<void> {
  return runtime.db.transaction((tx) => dropRunOutVisits(tx, now));
}
