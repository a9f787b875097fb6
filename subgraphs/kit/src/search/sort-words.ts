import type { Db } from '../db/index.ts';
import { SECOND } from '../time/index.ts';
import type { WordIndex } from './word-index.ts';

/** Fewer waiting texts are looked through faster than they are sorted. */
const WORTH_SORTING = 1_000;
const BATCH = 4_096;

/** The job that keeps the texts few that a search has to look through one by one. */
export function sortWordsJob(db: Db, index: WordIndex): { name: string; everyMs: number; run(): Promise<void> } {
  return {
    name: `sort-${index.table.replaceAll('_', '-')}`, everyMs: 5 * SECOND,
    async run() {
      while ((await index.countWaiting(db)) >= WORTH_SORTING) await index.sortIn(db, BATCH);
    },
  };
}
