import { afterAll, beforeAll, expect, it } from 'vitest';
import { knownFailure } from '../errors/index.ts';
import { createTestDatabase } from '../testing/index.ts';

let db: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

it('lets 2,000 wait for a connection and tells the others at once that it is unavailable, and when to come again', async () => {
  const { limit } = db.stats();
  const fates = await Promise.allSettled(Array.from({ length: 2_100 }, () => db.query('SELECT 1')));
  const refused = fates.filter((fate) => fate.status === 'rejected').map(({ reason }) => knownFailure(reason));
  expect(refused).toHaveLength(2_100 - 2_000 - limit);
  expect(refused[0]).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 500 });
});
