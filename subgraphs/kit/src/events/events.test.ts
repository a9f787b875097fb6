import type { Envelope } from '@careline/schema/events';
import { defineEvent } from '@careline/schema/events';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Db } from '../db/index.ts';
import { appError } from '../errors/index.ts';
import { registry } from '../observe/index.ts';
import { createTestDatabase, loseTopic, ManualClock, testKafka, testLogger, testPrefix, testRedisUrl } from '../testing/index.ts';
import { systemClock, type Clock, type Stoppable } from '../time/index.ts';
import { appendEvent, appendEvents, createBus, on, startConsumers, startRelay, type Bus, type Handler } from './index.ts';

const roomOpened = defineEvent('any', 'room.opened', 1, z.object({ n: z.number() }));
const log = testLogger();
let db: Awaited<ReturnType<typeof createTestDatabase>>;
let bus: Bus;
let redisUrl: string;
let clock: ManualClock;
const running: Stoppable[] = [];

beforeEach(async () => {
  db = await createTestDatabase();
  await db.execute('CREATE TABLE effects (at INT AUTO_INCREMENT PRIMARY KEY, room VARCHAR(20), n INT)');
  redisUrl = testRedisUrl(testPrefix());
  bus = await createBus({ redisUrl, kafka: testKafka(), log });
  clock = new ManualClock(0);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((part) => part.stop()));
  await bus.close();
  await db.drop();
});
afterAll(() => registry.resetMetrics());

const open = (room: string, ...numbers: number[]) =>
  db.transaction((tx) => appendEvents(tx, numbers.map((n) => roomOpened.make(room, { n })), 1_000));
const remember = on(roomOpened, async (event, tx) => {
  await tx.execute('INSERT INTO effects (room, n) VALUES (?, ?)', [event.key, event.data.n]);
});
const relay = (database: Db = db, holder = 'one', by: Clock = clock) =>
  running.push(startRelay({ db: database, bus, topic: 'rooms', clock: by, log, holder }));
const consume = (handlers: Handler[], group = 'listeners', by: Clock = clock) =>
  running.push(startConsumers({ db, bus, group, topics: ['rooms'], handlers, clock: by, log, holder: 'one' }));
const effects = (room?: string) => db.query<{ n: number }>(`SELECT n FROM effects ${room ? 'WHERE room = ?' : ''} ORDER BY at`, room ? [room] : [])
  .then((rows) => rows.map((row) => row.n));
const countOf = async (table: string) => (await db.query<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`))[0]!.n;

describe('outbox, relay and consumers', () => {
  it('bring an event from the commit to its effect at once, not at the relay’s next look', async () => {
    relay(db, 'one', systemClock);
    consume([remember], 'listeners', systemClock);
    const begun = performance.now();
    for (let n = 1; n <= 20; n += 1) {
      await open('a', n);
      await expect.poll(() => effects(), { interval: 2, timeout: 5_000 }).toHaveLength(n);
    }
    // Looking every 200 ms alone would take four seconds.
    expect(performance.now() - begun).toBeLessThan(2_500);
    await expect.poll(() => countOf('outbox'), { interval: 5, timeout: 5_000 }).toBe(0);
    await expect.poll(() => bus.lag('rooms', 'listeners'), { interval: 5 }).toBe(0);
  });

  it('wake relays in other processes', async () => {
    const other = await createBus({ redisUrl, kafka: testKafka(), log });
    let wakes = 0;
    const stop = other.onWake(db.name, () => (wakes += 1));
    await expect.poll(async () => (await open('a', 1), wakes)).toBeGreaterThan(0);
    stop();
    await other.close();
  });

  it('keep the order of each key over many batches', async () => {
    relay();
    consume([remember]);
    const numbers = Array.from({ length: 60 }, (_, index) => index);
    for (const n of numbers) for (const room of ['a', 'b', 'c']) await open(room, n);
    await clock.drainEvents();
    for (const room of ['a', 'b', 'c']) expect(await effects(room)).toEqual(numbers);
  });

  it('announce nothing of a transaction that was rolled back', async () => {
    relay();
    consume([remember]);
    await db.transaction(async (tx) => {
      await appendEvent(tx, roomOpened.make('a', { n: 1 }), 0);
      throw new Error('no');
    }).catch(() => undefined);
    await clock.drainEvents();
    expect(await effects()).toEqual([]);
  });

  it('work once although the relay died between publishing and noting it', async () => {
    let published = 0;
    const dying: Db = {
      ...db,
      execute: (sql, params) => (sql.includes('markPublished') ? Promise.reject(new Error('killed')) : db.execute(sql, params)),
    };
    const real = bus;
    bus = { ...real, publish: (topic, envelopes) => ((published += envelopes.length), real.publish(topic, envelopes)) };
    await open('a', 1, 2);
    relay(dying);
    await expect(clock.drainEvents()).rejects.toThrow('killed');
    await running.pop()!.stop();
    relay(db, 'two');
    consume([remember]);
    await clock.drainEvents();
    expect(published).toBe(4);
    expect(await effects()).toEqual([1, 2]);
    expect(await countOf('outbox')).toBe(0);
  });

  it('bring what the bus lost again, in its order and before anything newer, and nothing twice', async () => {
    relay();
    consume([remember]);
    await open('a', 1);
    await clock.drainEvents();
    await running.pop()!.stop();
    await open('a', 2, 3);
    await clock.drainEvents();
    expect(await countOf('outbox')).toBe(2);
    await loseTopic(redisUrl, 'rooms');
    await open('a', 4);
    consume([remember]);
    await clock.drainEvents();
    expect(await effects()).toEqual([1, 2, 3, 4]);
    expect(await countOf('outbox')).toBe(0);
  });

  it('let only one of two relays publish', async () => {
    relay(db, 'one');
    relay(db, 'two');
    await clock.drainEvents();
    expect(await db.query("SELECT holder FROM leases WHERE name = 'relay:rooms'")).toEqual([{ holder: 'one' }]);
    await running.shift()!.stop();
    await expect.poll(async () => {
      await clock.drainEvents();
      return (await db.query<{ holder: string }>("SELECT holder FROM leases WHERE name = 'relay:rooms'"))[0]!.holder;
    }, { timeout: 5_000 }).toBe('two');
  });

  it('undo an effect together with its mark, so that a later try does it whole', async () => {
    let tries = 0;
    consume([remember, on(roomOpened, async () => {
      tries += 1;
      if (tries < 3) throw new Error('not yet');
    })]);
    relay();
    await open('a', 7);
    await clock.drainEvents();
    expect([tries, await effects()]).toEqual([3, [7]]);
  });

  it('set a poison event aside after eight tries, count it, and let those behind it pass', async () => {
    let tries = 0;
    consume([on(roomOpened, async (event, tx) => {
      if (event.data.n === 2) {
        tries += 1;
        throw new Error('poison: 138 0013 8000');
      }
      await remember.handle([event], tx);
    })]);
    relay();
    await open('a', 1, 2, 3);
    await clock.drainEvents();
    // Once with its neighbours, then eight times by itself.
    expect([tries, await effects()]).toEqual([9, [1, 3]]);
    const [dead] = await db.query<{ consumer: string; reason: string; tries: number; envelope: Envelope | string }>('SELECT * FROM dead_letters');
    expect(dead).toMatchObject({ consumer: 'listeners', reason: 'Error', tries: 8 });
    expect(JSON.stringify(dead!.envelope)).toContain('room.opened');
    expect(await registry.getSingleMetricAsString('careline_dead_letters_total')).toContain('{group="listeners",type="room.opened"} 1');
    expect(await registry.getSingleMetricAsString('careline_dead_letters_waiting')).toContain('{group="listeners"} 1');
    expect(await bus.lag('rooms', 'listeners')).toBe(0);
  });

  it('show in the metrics how many wait for the relay, and for each group', async () => {
    relay();
    consume([remember]);
    await open('a', 1, 2, 3);
    expect(await registry.getSingleMetricAsString('careline_outbox_events')).toContain('{topic="rooms"} 3');
    await clock.drainEvents();
    expect(await registry.getSingleMetricAsString('careline_outbox_events')).toContain('{topic="rooms"} 0');
    expect(await registry.getSingleMetricAsString('careline_bus_lag')).toContain('{group="listeners",topic="rooms"} 0');
  });

  it('wait, without losing or overtaking, while another part is away', async () => {
    let isAway = true;
    consume([on(roomOpened, async (event, tx) => {
      if (isAway) throw appError('UNAVAILABLE');
      await remember.handle([event], tx);
    })]);
    relay();
    await open('a', 1, 2);
    await clock.drainEvents();
    expect([await effects(), await bus.lag('rooms', 'listeners')]).toEqual([[], 2]);
    isAway = false;
    await open('a', 3);
    await clock.drainEvents();
    expect([await effects(), await countOf('dead_letters')]).toEqual([[1, 2, 3], 0]);
  });

  it('finish what a consumer that died had taken but not acknowledged', async () => {
    await open('a', 1);
    relay();
    await clock.drainEvents();
    expect(await bus.open('rooms', 'listeners', 'dead').take(10, 0)).toHaveLength(1);
    consume([remember]);
    await open('a', 2);
    await clock.drainEvents();
    expect(await effects()).toEqual([1, 2]);
  });

  it('show every group every event, and a new group the ones before it', async () => {
    relay();
    consume([remember], 'first');
    await open('a', 1);
    await clock.drainEvents();
    expect(await bus.lag('rooms', 'second')).toBe(1);
    consume([remember], 'second');
    await clock.drainEvents();
    expect(await effects()).toEqual([1, 1]);
  });

  it('check data against the schema and pass over events nobody listens to', async () => {
    relay();
    consume([remember]);
    await db.transaction((tx) => appendEvents(tx, [{ type: 'room.painted', v: 1, key: 'a', data: {} }, { type: 'room.opened', v: 2, key: 'a', data: {} }, { type: 'room.opened', v: 1, key: 'a', data: { n: 'x' } }], 0));
    await clock.drainEvents();
    expect([await effects(), await countOf('dead_letters'), await countOf('processed_events')]).toEqual([[], 1, 0]);
  });
});
