import { appendEvents, createBus, loadKafka, on, startConsumers, startRelay, type Bus } from '@careline/kit/events';
import { createTestDatabase, testLogger, testPrefix, testRedisUrl } from '@careline/kit/testing';
import { systemClock, type Stoppable } from '@careline/kit/time';
import { defineEvent } from '@careline/schema/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeKillableKafka, type KillableKafka } from '../harness/killable-kafka.ts';

const roomOpened = defineEvent('any', 'room.opened', 1, z.object({ n: z.number() }));
const log = testLogger();
const redisUrl = testRedisUrl(testPrefix());
let kafka: KillableKafka;
let db: Awaited<ReturnType<typeof createTestDatabase>>;
const buses: Bus[] = [];
const running = new Map<string, Stoppable[]>();

/** A worker with a bus of its own: it relays, and takes in for one group. */
async function startWorker(holder: string): Promise<void> {
  const bus = await createBus({ redisUrl, kafka: loadKafka({ KAFKA_BROKERS: `127.0.0.1:${kafka.port}` }), log });
  buses.push(bus);
  const parts = { db, bus, clock: systemClock, log, holder };
  const remember = on(roomOpened, async ({ data }, tx) => void (await tx.execute('INSERT INTO effects (n, holder) VALUES (?, ?)', [data.n, holder])));
  running.set(holder, [startRelay({ ...parts, topic: 'rooms' }), startConsumers({ ...parts, group: 'listeners', topics: ['rooms'], handlers: [remember] })]);
}

const stopWorker = (holder: string) => Promise.all(running.get(holder)!.map((part) => part.stop()));
let last = 0;
const open = async (count: number) => {
  const numbers = Array.from({ length: count }, () => (last += 1));
  await db.transaction((tx) => appendEvents(tx, numbers.map((n) => roomOpened.make('a', { n })), 1_000));
};
const effects = async () => (await db.query<{ n: number }>('SELECT n FROM effects ORDER BY at')).map(({ n }) => n);
const everything = () => Array.from({ length: last }, (_, place) => place + 1);
const waiting = async () => (await db.query<{ n: number }>('SELECT COUNT(*) AS n FROM outbox'))[0]!.n;

describe('events over Kafka', { timeout: 90_000 }, () => {
  beforeAll(async () => {
    [kafka, db] = await Promise.all([makeKillableKafka(), createTestDatabase()]);
    await db.execute('CREATE TABLE effects (at INT AUTO_INCREMENT PRIMARY KEY, n INT, holder VARCHAR(20))');
  });
  afterAll(async () => {
    await Promise.all([...running.keys()].map(stopWorker));
    await Promise.all(buses.map((bus) => bus.close()));
    await Promise.all([kafka.stop(), db.drop()]);
  });

  it('wait in the outbox while no broker was ever there, and arrive when one comes', async () => {
    await startWorker('one');
    await open(20);
    expect(await buses[0]!.ping()).toBe(false);
    expect([await waiting(), await effects()]).toEqual([20, []]);
    await kafka.start();
    await expect.poll(effects).toEqual(everything());
    await expect.poll(waiting).toBe(0);
    expect(await buses[0]!.lag('rooms', 'listeners')).toBe(0);
  });

  it('are neither lost nor doubled nor out of order when the broker is killed in the middle and comes back', async () => {
    const writing = (async () => {
      for (let batch = 0; batch < 60; batch += 1) await open(5);
    })();
    await expect.poll(async () => (await effects()).length, { interval: 5 }).toBeGreaterThan(40);
    await kafka.kill();
    await writing;
    await open(5);
    await kafka.start();
    await expect.poll(effects).toEqual(everything());
    await expect.poll(waiting).toBe(0);
    await expect.poll(() => buses[0]!.lag('rooms', 'listeners')).toBe(0);
  });

  it('go on with a second worker when the first ends', async () => {
    await startWorker('two');
    await open(5);
    await expect.poll(effects).toEqual(everything());
    await stopWorker('one');
    running.delete('one');
    await open(5);
    await expect.poll(effects).toEqual(everything());
    expect((await db.query<{ holder: string }>('SELECT holder FROM effects ORDER BY at DESC LIMIT 1'))[0]!.holder).toBe('two');
    await expect.poll(waiting).toBe(0);
  });
});
