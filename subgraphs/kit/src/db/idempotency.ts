import { createHash } from 'node:crypto';
import { refuse } from '../errors/index.ts';
import type { Queryable, Tx } from './database.ts';
import { isDuplicate } from './sql-errors.ts';

export interface IdempotentCall {
  /** Who calls what: caller id and verb. */
  scope: string;
  /** The key the caller chose, 1 to 200 characters. */
  key: string;
  input: unknown;
}

interface Stored {
  input_hash: Buffer;
  result: unknown;
  has_expired: number;
}

const KEY_LENGTH_MAX = 200;
const sha256 = (text: string) => createHash('sha256').update(text).digest();
const idOf = ({ scope, key }: IdempotentCall) => sha256(`${scope}\n${key}`);
const hashOf = ({ input }: IdempotentCall) => sha256(stableJson(input));

/** JSON whose key order does not matter, so that equal inputs hash equally. */
function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).filter(([, item]) => item !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner) ?? 'null';
}

/**
 * Runs `fn` once per key within 24 hours; a repeated call gets the first result.
 *
 * The result is stored in clear: return ids and facts, never what a person wrote. Of two calls at the same
 * moment the second waits for the first. Throws the refusal IDEMPOTENCY_MISMATCH for the same key with another input,
 * and INVALID for a key that is none.
 */
export async function withIdempotency<Result>(tx: Tx, call: IdempotentCall, fn: () => Promise<Result>): Promise<{ result: Result; isReplay: boolean }> {
  checkIdempotencyKey(call.key);
  const id = idOf(call);
  const inputHash = hashOf(call);
  const earlier = await claim(tx, id, inputHash);
  if (earlier) return { result: resultOf<Result>(earlier, inputHash), isReplay: true };
  const result = await fn();
  await tx.later('/* storeResult */ UPDATE idempotency_keys SET result = ? WHERE id = ?', [JSON.stringify(result ?? null), id]);
  return { result, isReplay: false };
}

/** Throws the refusal INVALID for a key that is none. */
export function checkIdempotencyKey(key: string): void {
  if (key.length >= 1 && key.length <= KEY_LENGTH_MAX) return;
  throw refuse('INVALID', 'idempotencyKey', { zh: `幂等键须为 1 到 ${KEY_LENGTH_MAX} 个字符。`, en: `An idempotency key has 1 to ${KEY_LENGTH_MAX} characters.` });
}

/** Those of the calls whose keys were used before. Nothing is locked: who uses one meanwhile is met by `keepResults`. */
export async function usedBefore(q: Queryable, calls: readonly IdempotentCall[]): Promise<Set<IdempotentCall>> {
  if (calls.length === 0) return new Set();
  const rows = await q.query<{ id: Buffer }>('/* readKeys */ SELECT id FROM idempotency_keys WHERE id IN (?)', [calls.map(idOf)]);
  const used = new Set(rows.map(({ id }) => id.toString('hex')));
  return new Set(calls.filter((call) => used.has(idOf(call).toString('hex'))));
}

/**
 * Keeps what came of calls that were done together in this transaction, each under its key, as `withIdempotency` would.
 * A key that was used meanwhile fails the transaction, which must then be done call by call.
 */
export async function keepResults(tx: Tx, done: readonly { call: IdempotentCall; result: unknown }[]): Promise<void> {
  if (done.length === 0) return;
  const rows = done.map(({ call, result }) => [idOf(call), hashOf(call), JSON.stringify(result ?? null)]);
  const places = rows.map(() => '(?, ?, ?, NOW(3) + INTERVAL 24 HOUR)').join(', ');
  await tx.later(`/* keepResults */ INSERT INTO idempotency_keys (id, input_hash, result, expires_at) VALUES ${places}`, rows.flat());
}

/**
 * Makes the key this transaction's own; gives what an earlier call left when there was one. Only ever by primary key:
 * a condition on the time would make the engine walk the index of times, and lock the keys of all others there.
 */
async function claim(tx: Tx, id: Buffer, inputHash: Buffer): Promise<Stored | null> {
  try {
    await tx.execute('/* claimKey */ INSERT INTO idempotency_keys (id, input_hash, result, expires_at) VALUES (?, ?, NULL, NOW(3) + INTERVAL 24 HOUR)', [id, inputHash]);
    return null;
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
  const [stored] = await tx.query<Stored>('/* readResult */ SELECT input_hash, result, expires_at < NOW(3) AS has_expired FROM idempotency_keys WHERE id = ?', [id]);
  if (!stored) throw new Error('an idempotency key vanished under its own lock');
  if (!stored.has_expired) return stored;
  await tx.execute('/* renewKey */ UPDATE idempotency_keys SET input_hash = ?, result = NULL, expires_at = NOW(3) + INTERVAL 24 HOUR WHERE id = ?', [inputHash, id]);
  return null;
}

function resultOf<Result>(stored: Stored, inputHash: Buffer): Result {
  if (!stored.input_hash.equals(inputHash)) {
    throw refuse('IDEMPOTENCY_MISMATCH', 'idempotencyKey', {
      zh: '该幂等键已用于另一个内容不同的请求，请换一个新的键。',
      en: 'This idempotency key was used with another input. Choose a new key.',
    });
  }
  return (typeof stored.result === 'string' ? JSON.parse(stored.result) : stored.result) as Result;
}
