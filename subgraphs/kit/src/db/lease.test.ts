import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../testing/index.ts';
import { lease } from './index.ts';

let db: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const runOut = (name: string) => db.execute("UPDATE leases SET ends_at = NOW(3) - INTERVAL 1 SECOND WHERE name = ?", [name]);

describe('lease', () => {
  it('goes to exactly one of eight who reach for it together', async () => {
    const fences = await Promise.all(Array.from({ length: 8 }, (_, index) => lease(db, 'race', `holder-${index}`, 10_000).acquire()));
    expect(fences.filter((fence) => fence !== null)).toEqual([1]);
  });

  it('passes on with a higher fence once it ran out, and the late holder learns it', async () => {
    const [late, next] = [lease(db, 'pass', 'late', 10_000), lease(db, 'pass', 'next', 10_000)];
    const fence = (await late.acquire())!;
    expect([await next.acquire(), await late.renew(fence)]).toEqual([null, true]);
    await runOut('pass');
    expect(await late.renew(fence), 'a lease that ran out cannot be renewed').toBe(false);
    expect(await next.acquire()).toBe(fence + 1);
    await late.release(fence);
    expect(await next.renew(fence + 1), 'the late holder cannot release it for the next').toBe(true);
  });

  it('is free at once after a release', async () => {
    const [first, second] = [lease(db, 'free', 'first', 10_000), lease(db, 'free', 'second', 10_000)];
    await first.release((await first.acquire())!);
    expect(await second.acquire()).toBe(2);
  });
});
