import { fromSqlInstant, type Db, type Queryable } from '../db/index.ts';
import { MINUTE, SECOND, type Clock } from '../time/index.ts';
import type { Indexed, WordIndex } from './word-index.ts';

export interface Earlier {
  db: Db;
  clock: Clock;
  index: WordIndex;
  /** Texts of the next rows behind an id, in the order of ids; `lastId` null: there are no more now. */
  read(q: Queryable, afterId: Buffer, limit: number): Promise<{ lastId: Buffer | null; texts: Indexed[] }>;
}

const BATCH = 1_000;
const TURN_MS = 10 * SECOND;

/**
 * The job that makes findable what was stored before there was an index. It goes through all rows once, a batch in each transaction
 * with how far it came, and can be stopped at any moment. For a day after the update it also looks at what came since: processes of
 * the release before may still be storing texts without tokens.
 */
export function indexEarlierJob(earlier: Earlier): { name: string; everyMs: number; run(): Promise<void> } {
  const { clock, db, index } = earlier;
  return {
    name: `index-earlier-${index.table.replaceAll('_', '-')}`, everyMs: MINUTE / 4,
    async run() {
      const until = clock.now() + TURN_MS;
      while ((await indexSome(earlier)) && clock.now() < until) await index.sortIn(db, BATCH);
    },
  };
}

/** Whether rows were found, so that there may be more. */
async function indexSome({ db, clock, index, read }: Earlier): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [progress] = await tx.query<{ after_id: Buffer; next_place: number; ends_at: Date | string }>(
      'SELECT /* selectBackfill */ after_id, next_place, ends_at FROM word_backfills WHERE name = ? FOR UPDATE', [index.table]);
    if (!progress) return false;
    const { lastId, texts } = await read(tx, progress.after_id, BATCH);
    if (!lastId) {
      if (fromSqlInstant(progress.ends_at) < clock.now()) await tx.execute('DELETE /* endBackfill */ FROM word_backfills WHERE name = ?', [index.table]);
      return false;
    }
    await index.insertEarlier(tx, texts.map((text, at) => ({ ...text, place: progress.next_place + at })));
    await tx.execute('UPDATE /* moveBackfill */ word_backfills SET after_id = ?, next_place = ? WHERE name = ?', [lastId, progress.next_place + texts.length, index.table]);
    return true;
  });
}
