import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../testing/index.ts';
import { isDuplicate, sqlErrno, type Tx } from './index.ts';

let db: Awaited<ReturnType<typeof createTestDatabase>>;

beforeAll(async () => {
  db = await createTestDatabase();
  await db.execute('CREATE TABLE counters (id INT PRIMARY KEY, n INT NOT NULL)');
});
beforeEach(async () => {
  await db.execute('DELETE FROM counters');
  await db.execute('INSERT INTO counters VALUES (1, 0), (2, 0)');
});
afterAll(() => db.drop());

const counters = () => db.query<{ n: number }>('SELECT n FROM counters ORDER BY id').then((rows) => rows.map((row) => row.n));
const add = (id: number) => ['UPDATE counters SET n = n + 1 WHERE id = ?', [id]] as const;

/** Lets all callers go once `count` of them have arrived; callers after that pass. */
function barrier(count: number): () => Promise<void> {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  let arrived = 0;
  return async () => {
    arrived += 1;
    if (arrived >= count) open();
    await opened;
  };
}

describe('transaction', () => {
  it('runs the whole function again after a real deadlock, and follows up once per commit', async () => {
    const meet = barrier(2);
    const followed: string[] = [];
    let runs = 0;
    const cross = (name: string, first: number, second: number) => db.transaction(async (tx) => {
      runs += 1;
      tx.afterCommit(() => followed.push(name));
      await tx.execute(...add(first));
      await meet();
      await tx.execute(...add(second));
    });
    await Promise.all([cross('a', 1, 2), cross('b', 2, 1)]);
    expect(runs).toBe(3);
    expect(await counters()).toEqual([2, 2]);
    expect(followed.sort()).toEqual(['a', 'b']);
  });

  it('stores nothing and calls nothing after a throw', async () => {
    let isCalled = false;
    const failing = db.transaction(async (tx) => {
      tx.afterCommit(() => (isCalled = true));
      await tx.execute(...add(1));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await counters()).toEqual([0, 0]);
    expect(isCalled).toBe(false);
  });

  it('does not run again for errors that would only come again', async () => {
    let runs = 0;
    const failing = db.transaction(async (tx) => {
      runs += 1;
      await tx.execute('INSERT INTO counters VALUES (1, 0)');
    });
    const error = await failing.catch((caught: unknown) => caught);
    expect([runs, isDuplicate(error), sqlErrno(error)]).toEqual([1, true, 1062]);
  });

  it('sees what others commit meanwhile (READ COMMITTED) and shares its connection with drizzle', async () => {
    await db.transaction(async (tx) => {
      await tx.query('SELECT n FROM counters');
      await db.execute(...add(1));
      expect(await tx.query('SELECT n FROM counters WHERE id = 1')).toEqual([{ n: 1 }]);
      await tx.execute(...add(2));
      const [rows] = await tx.orm.execute('SELECT n FROM counters WHERE id = 2');
      expect(rows).toEqual([{ n: 1 }]);
    });
  });

  it('keeps a failing follow-up from harming the caller and the other follow-ups', async () => {
    let isCalled = false;
    await db.transaction(async (tx) => {
      tx.afterCommit(() => {
        throw new Error('a broken listener');
      });
      tx.afterCommit(() => (isCalled = true));
    });
    expect(isCalled).toBe(true);
  });
});

describe('the pool', () => {
  it('gives every connection UTC, strict mode and numbers for big integers and sums', async () => {
    await expect(db.execute("INSERT INTO counters VALUES ('x', 0)")).rejects.toThrow();
    const [row] = await db.query('SELECT @@time_zone AS zone, CAST(9007199254740991 AS UNSIGNED) AS big, SUM(id) AS total FROM counters');
    expect(row).toEqual({ zone: '+00:00', big: 9007199254740991, total: 3 });
  });

  it('says how much of it is used', async () => {
    await db.withConnection(async () => expect(db.stats()).toMatchObject({ used: 1, limit: 8, waiting: 0 }));
  });

  it('stores what was left for later with the commit, in its order, and before anything that is asked', async () => {
    await db.transaction(async (tx) => {
      await tx.later('UPDATE counters SET n = 5 WHERE id = ?', [1]);
      await tx.later('UPDATE counters SET n = n * 2 WHERE id = ?', [1]);
      expect(await tx.query('SELECT n FROM counters WHERE id = 1')).toEqual([{ n: 10 }]);
      expect(await tx.orm.execute('SELECT 1').then(([rows]) => rows)).toEqual([{ 1: 1 }]);
      await tx.later('UPDATE counters SET n = n + 1 WHERE id = ?', [1]);
      const [seen] = await tx.orm.execute('SELECT n FROM counters WHERE id = 1');
      expect(seen).toEqual([{ n: 11 }]);
      await tx.later('UPDATE counters SET n = n + 1');
    });
    expect(await counters()).toEqual([12, 1]);
  });

  it('sends readings together behind what was left for later, and each answers for itself', async () => {
    await db.transaction(async (tx) => {
      expect(await tx.queryTogether([{ sql: 'SELECT n FROM counters WHERE id = ? FOR UPDATE', params: [1] }])).toEqual([[{ n: 0 }]]);
      await tx.later(...add(2));
      const [one, other] = await tx.queryTogether([{ sql: 'SELECT n FROM counters WHERE id = ?', params: [2] }, { sql: 'SELECT id FROM counters WHERE id > 2' }]);
      expect([one, other]).toEqual([[{ n: 1 }], []]);
    });
    expect(await counters()).toEqual([0, 1]);
  });

  it('reads what was committed while an earlier reading of the same journey waited for a lock', async () => {
    const meet = barrier(2);
    const first = db.transaction(async (tx) => {
      await tx.execute(...add(1));
      await meet();
      await db.execute(...add(2));
    });
    await meet();
    const second = db.transaction((tx) => tx.queryTogether([{ sql: 'SELECT n FROM counters WHERE id = 1 FOR UPDATE' }, { sql: 'SELECT n FROM counters WHERE id = 2' }]));
    await first;
    expect(await second).toEqual([[{ n: 1 }], [{ n: 1 }]]);
  });

  it('stores nothing when what was left for later fails, and says why, whoever waited for it', async () => {
    const doubled = (then: (tx: Tx) => Promise<unknown>) => db.transaction(async (tx) => {
      await tx.execute(...add(2));
      await tx.later('INSERT INTO counters VALUES (1, 0)');
      await tx.later(...add(2));
      await then(tx);
    }).catch((caught: unknown) => caught);
    const reads = (tx: Tx) => tx.query('SELECT 1');
    const swallows = async (tx: Tx) => {
      const error = await reads(tx).then(() => null, (caught: unknown) => caught);
      expect([error instanceof Error, isDuplicate(error)]).toEqual([true, false]);
    };
    const usesDrizzle = async (tx: Tx) => void (await tx.orm.execute('SELECT 1'));
    for (const then of [async () => undefined, reads, swallows, usesDrizzle]) expect(isDuplicate(await doubled(then))).toBe(true);
    expect(await counters()).toEqual([0, 0]);
  });

  const pad = 'x'.repeat(120_000);
  it.each([
    ['and drizzle asked behind it', async (tx: Tx) => {
      await tx.later(...add(1));
      await tx.orm.execute('INSERT INTO counters VALUES (7, 0)');
    }],
    ['and a question came behind a piece that was sent before', async (tx: Tx) => {
      await tx.later(`UPDATE /* ${pad} */ counters SET n = n + 1 WHERE id = 1`);
      await tx.later('INSERT INTO counters VALUES (7, 0)');
      await tx.query('SELECT 1');
    }],
    ['and another piece came behind the one that was sent before', async (tx: Tx) => {
      await tx.later(`UPDATE /* ${pad} */ counters SET n = n + 1 WHERE id = 1`);
      await Promise.all([tx.later(`INSERT /* ${pad} */ INTO counters VALUES (7, 0)`), tx.later(`INSERT /* ${pad} */ INTO counters VALUES (8, 0)`)]);
    }],
  ])('stores nothing behind a deadlock of what was left for later, though the transaction ended there %s', async (_how, write) => {
    await db.execute(`INSERT INTO counters VALUES ${Array.from({ length: 50 }, (_, place) => `(${place + 100}, 0)`).join()}`);
    const meet = barrier(2);
    let runs = 0;
    // The one that has changed less is given up.
    const heavy = db.transaction(async (tx) => {
      await tx.execute('UPDATE counters SET n = n + 1 WHERE id >= 100');
      await tx.execute(...add(1));
      await meet();
      await tx.execute(...add(2));
    });
    const light = db.transaction(async (tx) => {
      runs += 1;
      if (runs > 1) return;
      await tx.execute(...add(2));
      await meet();
      await write(tx);
    });
    await Promise.all([heavy, light]);
    expect(runs).toBe(2);
    expect(await db.query('SELECT id, n FROM counters WHERE id < 100 ORDER BY id')).toEqual([{ id: 1, n: 1 }, { id: 2, n: 1 }]);
  });

  it('goes on after a failure of its own statement that was caught', async () => {
    await db.transaction(async (tx) => {
      await tx.later(...add(1));
      await expect(tx.execute('INSERT INTO counters VALUES (1, 0)')).rejects.toMatchObject({ errno: 1062 });
      await tx.later(...add(2));
    });
    expect(await counters()).toEqual([1, 1]);
  });

  it('takes one statement at a time, whatever values it is given', async () => {
    const two = 'UPDATE counters SET n = 1; UPDATE counters SET n = 2';
    await expect(db.execute(two)).rejects.toThrow('one statement at a time');
    await expect(db.query(two)).rejects.toThrow('one statement at a time');
    await expect(db.transaction((tx) => tx.later(two))).rejects.toThrow('one statement at a time');
    await expect(db.transaction((tx) => tx.query(two))).rejects.toThrow('one statement at a time');
    expect(await db.query('SELECT ? AS text', ["'; DELETE FROM counters; --"])).toEqual([{ text: "'; DELETE FROM counters; --" }]);
    expect(await counters()).toEqual([0, 0]);
  });
});
