import type { Db, Queryable } from '../db/index.ts';
import { MINUTE } from '../time/index.ts';
import type { WordIndex } from './word-index.ts';

export interface Forget {
  db: Db;
  index: WordIndex;
  /** Under which ids texts may be known that were sealed with the keys of these owners. */
  read(q: Queryable, keyOwnerIds: readonly string[]): Promise<Buffer[]>;
}

const BATCH = 500;

/**
 * The job that forgets the tokens of who was erased. Destroying a data key makes what it sealed unreadable, and nobody finds it any
 * more; its tokens are under the search key and would stay.
 */
export function forgetErasedJob({ db, index, read }: Forget): { name: string; everyMs: number; run(): Promise<void> } {
  return {
    name: `forget-erased-${index.table.replaceAll('_', '-')}`, everyMs: 10 * MINUTE,
    async run() {
      let last = '';
      for (;;) {
        const rows = await db.query<{ owner_id: string }>(
          'SELECT /* selectDestroyedKeys */ owner_id FROM data_keys WHERE destroyed_at IS NOT NULL AND owner_id > ? ORDER BY owner_id LIMIT ?', [last, BATCH]);
        const ownerIds = rows.length === 0 ? [] : await read(db, rows.map((row) => row.owner_id));
        for (const ownerId of await index.ownersAmong(db, ownerIds)) await db.transaction((tx) => index.drop(tx, ownerId));
        if (rows.length < BATCH) return;
        last = rows.at(-1)!.owner_id;
      }
    },
  };
}
