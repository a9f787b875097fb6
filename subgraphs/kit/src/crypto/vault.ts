import { randomBytes } from 'node:crypto';
import { isDuplicate, type Db, type Queryable, type Tx } from '../db/index.ts';
import { appError } from '../errors/index.ts';
import { dataKeyOf, type DataKey } from './data-key.ts';
import { KeyCache } from './key-cache.ts';
import type { Keyring } from './keyring.ts';

/** The data keys of one database. Destroying an owner's key makes every cell sealed with it unreadable, in backups too. */
export interface Vault {
  /** The owner's key, made when missing. Throws NOT_FOUND once it was destroyed: nothing new may be stored for who was erased. */
  keyFor(q: Tx, ownerId: string): Promise<DataKey>;
  /** Keys by owner; owners without a key, or whose key was destroyed, are absent. May be five minutes old. */
  keysOf(q: Queryable, ownerIds: readonly string[]): Promise<Map<string, DataKey>>;
  destroy(tx: Tx, ownerId: string): Promise<void>;
  /** For what belongs to no customer: settings, agents' mail addresses. */
  readonly staff: DataKey;
}

interface KeyRow {
  owner_id: string;
  kek_id: number;
  wrapped: Buffer | null;
}

const SELECT = '/* selectDataKeys */ SELECT owner_id, kek_id, wrapped FROM data_keys WHERE owner_id IN (?)';
const INSERT = '/* insertDataKey */ INSERT INTO data_keys (owner_id, kek_id, wrapped, created_at) VALUES (?, ?, ?, NOW(3))';
const DESTROY = `/* destroyDataKey */ INSERT INTO data_keys (owner_id, kek_id, wrapped, created_at, destroyed_at) VALUES (?, 0, NULL, NOW(3), NOW(3))
  ON DUPLICATE KEY UPDATE wrapped = NULL, destroyed_at = COALESCE(destroyed_at, NOW(3))`;

function openRow(keyring: Keyring, row: KeyRow): DataKey | null {
  return row.wrapped ? dataKeyOf(keyring.unwrap(row.owner_id, row.kek_id, row.wrapped)) : null;
}

async function readKey(keyring: Keyring, tx: Tx, ownerId: string): Promise<DataKey | undefined> {
  const [row] = await tx.query<KeyRow>(SELECT, [[ownerId]]);
  if (!row) return undefined;
  const key = openRow(keyring, row);
  if (!key) throw appError('NOT_FOUND', { internal: 'the data key of the owner was destroyed' });
  return key;
}

async function makeKey(keyring: Keyring, tx: Tx, ownerId: string): Promise<DataKey> {
  const secret = randomBytes(32);
  const { kekId, wrapped } = keyring.wrap(ownerId, secret);
  try {
    await tx.execute(INSERT, [ownerId, kekId, wrapped]);
    return dataKeyOf(secret);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    return (await readKey(keyring, tx, ownerId))!;
  }
}

/** The vault over one database. */
export function createVault({ keyring }: { keyring: Keyring; db: Db }): Vault {
  const cache = new KeyCache();
  return {
    staff: dataKeyOf(keyring.secret('staff')),
    async keyFor(tx, ownerId) {
      const cached = cache.get(ownerId);
      if (cached) return cached;
      const key = (await readKey(keyring, tx, ownerId)) ?? (await makeKey(keyring, tx, ownerId));
      // Not before the commit: a rolled-back key must never seal anything else.
      tx.afterCommit(() => cache.set(ownerId, key));
      return key;
    },
    async keysOf(q, ownerIds) {
      const keys = new Map<string, DataKey>();
      for (const ownerId of new Set(ownerIds)) {
        const cached = cache.get(ownerId);
        if (cached) keys.set(ownerId, cached);
      }
      const missing = ownerIds.filter((ownerId) => !keys.has(ownerId));
      if (missing.length === 0) return keys;
      for (const row of await q.query<KeyRow>(SELECT, [missing])) {
        const key = openRow(keyring, row);
        if (!key) continue;
        keys.set(row.owner_id, key);
        // A transaction may read the key it has just made, and be rolled back.
        if ('afterCommit' in q) (q as Tx).afterCommit(() => cache.set(row.owner_id, key));
        else cache.set(row.owner_id, key);
      }
      return keys;
    },
    async destroy(tx, ownerId) {
      await tx.execute(DESTROY, [ownerId]);
      cache.delete(ownerId);
      tx.afterCommit(() => cache.delete(ownerId));
    },
  };
}
