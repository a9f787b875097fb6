import type { Db } from '../db/index.ts';
import { gauge, type Logger } from '../observe/index.ts';
import { MINUTE } from '../time/index.ts';
import type { Keyring } from './keyring.ts';

export interface RewrapParts {
  db: Db;
  keyring: Keyring;
  log: Logger;
}

interface WrappedRow {
  owner_id: string;
  kek_id: number;
  wrapped: Buffer;
}

const BATCH = 500;
const SELECT = '/* selectOldDataKeys */ SELECT owner_id, kek_id, wrapped FROM data_keys WHERE kek_id <> ? AND wrapped IS NOT NULL AND owner_id > ? ORDER BY owner_id LIMIT ?';
const UPDATE = '/* rewrapDataKey */ UPDATE data_keys SET kek_id = ?, wrapped = ? WHERE owner_id = ? AND kek_id = ? AND wrapped = ?';

/**
 * Wraps every data key anew that is not under the active key-encryption key, and returns how many were. What the data keys sealed
 * stays as it is, and everything can be read meanwhile. A key erased or changed at the same moment is left alone; one that does
 * not open, because its key-encryption key is missing from the ring, is logged and passed over.
 */
export async function rewrapKeys({ db, keyring, log }: RewrapParts): Promise<number> {
  let rewrapped = 0;
  let last = '';
  for (;;) {
    const rows = await db.query<WrappedRow>(SELECT, [keyring.activeId, last, BATCH]);
    for (const row of rows) if (await rewrap({ db, keyring, log }, row)) rewrapped += 1;
    if (rows.length < BATCH) break;
    last = rows.at(-1)!.owner_id;
  }
  if (rewrapped > 0) log.info({ rewrapped, kekId: keyring.activeId, database: db.name }, 'data keys were wrapped with the active key');
  return rewrapped;
}

async function rewrap({ db, keyring, log }: RewrapParts, row: WrappedRow): Promise<boolean> {
  try {
    const { kekId, wrapped } = keyring.wrap(row.owner_id, keyring.unwrap(row.owner_id, row.kek_id, row.wrapped));
    return (await db.execute(UPDATE, [kekId, wrapped, row.owner_id, row.kek_id, row.wrapped])).affectedRows === 1;
  } catch (error) {
    log.error({ err: error, kekId: row.kek_id, ownerId: row.owner_id }, 'a data key could not be wrapped anew');
    return false;
  }
}

const watched = new Map<string, RewrapParts>();

/** The job that keeps all data keys of a database under the active key-encryption key; the metric tells when an old one may go. */
export function rewrapJob(parts: RewrapParts): { name: string; everyMs: number; run(): Promise<void> } {
  watched.set(parts.db.name, parts);
  gauge('careline_old_data_keys', 'Data keys that are not under the active key-encryption key yet.', ['database'], async (metric) => {
    for (const [database, one] of watched) metric.set({ database }, await countOld(one).catch(() => Number.NaN));
  });
  return { name: 'rewrap-data-keys', everyMs: 10 * MINUTE, run: async () => void (await rewrapKeys(parts)) };
}

async function countOld({ db, keyring }: RewrapParts): Promise<number> {
  const [row] = await db.query<{ count: number }>('/* countOldDataKeys */ SELECT COUNT(*) AS count FROM data_keys WHERE kek_id <> ? AND wrapped IS NOT NULL', [keyring.activeId]);
  return row!.count;
}
