import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../testing/index.ts';
import { withIdempotency } from './index.ts';

let db: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  db = await createTestDatabase();
  await db.execute('CREATE TABLE made (id INT AUTO_INCREMENT PRIMARY KEY)');
});
afterAll(() => db.drop());

const make = (key: string, input: unknown = { a: 1 }, scope = 'agt_1 create') => db.transaction((tx) =>
  withIdempotency(tx, { scope, key, input }, async () => ({ made: (await tx.execute('INSERT INTO made () VALUES ()')).insertId })));

describe('withIdempotency', () => {
  it('gives a repeated call the first result and does nothing again', async () => {
    const first = await make('k1', { a: 1, b: [2] });
    expect(first.isReplay).toBe(false);
    expect(await make('k1', { b: [2], a: 1, c: undefined })).toEqual({ result: first.result, isReplay: true });
  });

  it('refuses the same key with another input, but not from another caller', async () => {
    await make('k2', { a: 1 });
    await expect(make('k2', { a: 2 })).rejects.toThrow('IDEMPOTENCY_MISMATCH');
    expect((await make('k2', { a: 2 }, 'agt_2 create')).isReplay).toBe(false);
  });

  it('refuses what is no key, and makes nothing', async () => {
    const [{ count: before }] = await db.query<{ count: number }>('SELECT COUNT(*) AS count FROM made') as [{ count: number }];
    for (const key of ['', 'k'.repeat(201)]) await expect(make(key)).rejects.toThrow('INVALID');
    expect(await db.query('SELECT COUNT(*) AS count FROM made')).toEqual([{ count: before }]);
    expect((await make('k'.repeat(200))).isReplay).toBe(false);
  });

  it('lets exactly one of two calls at the same moment work', async () => {
    const both = await Promise.all([make('k3'), make('k3')]);
    expect(both[0].result).toEqual(both[1].result);
    expect(both.map((one) => one.isReplay).sort()).toEqual([false, true]);
  });

  it('does not make a call wait for another one with another key', async () => {
    let end!: () => void;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const slow = db.transaction((tx) => withIdempotency(tx, { scope: 's', key: 'slow', input: 1 }, () => ended));
    for (let n = 0; n < 20; n += 1) await make(`quick ${n}`);
    end();
    await slow;
  });

  it('forgets a call that failed, and every call after 24 hours', async () => {
    const failing = db.transaction((tx) => withIdempotency(tx, { scope: 's', key: 'k4', input: 1 }, () => Promise.reject(new Error('no'))));
    await expect(failing).rejects.toThrow('no');
    expect((await make('k4', 1, 's')).isReplay).toBe(false);
    await db.execute('UPDATE idempotency_keys SET expires_at = expires_at - INTERVAL 24 HOUR - INTERVAL 1 SECOND');
    expect((await make('k4', 2, 's')).isReplay).toBe(false);
  });
});
