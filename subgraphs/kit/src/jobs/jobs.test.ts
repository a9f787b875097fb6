import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, testLogger } from '../testing/index.ts';
import { systemClock } from '../time/index.ts';
import { Leadership, runLoop, startJob } from './index.ts';

const log = testLogger();
let db: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

describe('startJob', () => {
  it('runs each tick on one of two workers, and on the other once the first has stopped', async () => {
    const ticks: string[] = [];
    const leaderships = ['a', 'b'].map((holder) => new Leadership({ db, name: 'job:shared', holder, log }));
    expect([await leaderships[0]!.take(), await leaderships[1]!.take()]).toEqual([true, false]);
    const job = startJob({ name: 'shared', everyMs: 5, db, clock: systemClock, log, run: async () => void ticks.push('tick') });
    await expect.poll(() => db.query("SELECT holder FROM leases WHERE name = 'job:shared'")).toEqual([{ holder: 'a' }]);
    expect(ticks).toEqual([]);
    await leaderships[0]!.leave();
    await expect.poll(() => ticks.length, { timeout: 5_000 }).toBeGreaterThan(1);
    await job.stop();
  });

  it('goes on after a tick that failed', async () => {
    let ticks = 0;
    const job = startJob({ name: 'failing', everyMs: 1, db, clock: systemClock, log, run: async () => {
      ticks += 1;
      throw new Error('no');
    } });
    await expect.poll(() => ticks).toBeGreaterThan(2);
    await job.stop();
  });

  it('waits at its stop for the tick under way', async () => {
    let isDone = false;
    let begin!: () => void;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const job = startJob({ name: 'slow', everyMs: 1, db, clock: systemClock, log, run: async () => {
      begin();
      await db.query('SELECT SLEEP(0.05)');
      isDone = true;
    } });
    await begun;
    await job.stop();
    expect(isDone).toBe(true);
  });
});

describe('runLoop', () => {
  it('does not lose a wake that comes while it works', async () => {
    let steps = 0;
    const begun = new Promise<void>((resolve) => setImmediate(resolve));
    const loop = runLoop({ name: 'l', kind: 'events', everyMs: 60_000, step: async () => {
      await begun;
      steps += 1;
      if (steps === 1) loop.wake();
      return false;
    } }, { clock: { now: () => 0 }, log });
    await expect.poll(() => steps).toBe(2);
    await loop.stop();
  });
});

describe('Leadership', () => {
  it('ends when the lease was taken away', async () => {
    const leader = new Leadership({ db, name: 'taken', holder: 'a', log, ttlMs: 60 });
    await leader.take();
    await db.execute("UPDATE leases SET holder = 'b', fence = fence + 1 WHERE name = 'taken'");
    await expect.poll(() => leader.isHeld).toBe(false);
  });

  it('goes on past the end of its lease, and beside one that was taken away', async () => {
    const leaders = ['kept 1', 'kept 2', 'taken beside'].map((name) => new Leadership({ db, name, holder: 'a', log, ttlMs: 600 }));
    expect(await Promise.all(leaders.map((leader) => leader.take()))).toEqual([true, true, true]);
    const [taken] = await db.query<{ at: Date }>("SELECT MAX(ends_at) AS at FROM leases WHERE holder = 'a' AND name LIKE 'kept%'");
    await db.execute("UPDATE leases SET holder = 'b', fence = fence + 1 WHERE name = 'taken beside'");
    await expect.poll(async () => (await db.query('SELECT name FROM leases WHERE holder = ? AND ends_at > ? ORDER BY name', ['a', new Date(taken!.at.getTime() + 600)])).length, { timeout: 5_000 }).toBe(2);
    expect(leaders.map((leader) => leader.isHeld)).toEqual([true, true, false]);
    expect(await db.query("SELECT holder FROM leases WHERE name = 'taken beside'")).toEqual([{ holder: 'b' }]);
    await Promise.all(leaders.map((leader) => leader.leave()));
  });
});
