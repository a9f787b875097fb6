import { defineEvent } from '@careline/schema/events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { idToBinary, newId } from '../db/index.ts';
import { appError } from '../errors/index.ts';
import { createTestDatabase, ManualClock, testKafka, testLogger, testPrefix, testRedisUrl } from '../testing/index.ts';
import type { Stoppable } from '../time/index.ts';
import { createBus, on, onMany, startConsumers, type Bus, type Delivery, type Envelope, type Handler, type Subscription } from './index.ts';

const said = defineEvent('any', 'room.said', 1, z.object({ n: z.number() }));
const closed = defineEvent('any', 'room.closed', 1, z.object({ n: z.number() }));
const log = testLogger();
let db: Awaited<ReturnType<typeof createTestDatabase>>;
let bus: Bus;
let clock: ManualClock;
/** How many events each call of a handler got. */
let calls: number[];
const running: Stoppable[] = [];

beforeEach(async () => {
  db = await createTestDatabase();
  await db.execute('CREATE TABLE effects (at INT AUTO_INCREMENT PRIMARY KEY, room VARCHAR(20), n INT)');
  bus = await createBus({ redisUrl: testRedisUrl(testPrefix()), kafka: testKafka(), log });
  clock = new ManualClock(0);
  calls = [];
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((part) => part.stop()));
  await bus.close();
  await db.drop();
});

const event = (room: string, n: number, definition: typeof said | typeof closed = said): Envelope => ({ id: newId('evt'), at: 0, ...definition.make(room, { n }) });
const numbered = (room: string, count: number) => Array.from({ length: count }, (_, n) => event(room, n));
const consume = (handlers: Handler[], by: Bus = bus) =>
  running.push(startConsumers({ db, bus: by, group: 'listeners', topics: ['rooms'], handlers, clock, log, holder: 'one' }));
const remember = onMany(said, async (events, tx) => {
  calls.push(events.length);
  await tx.execute('INSERT INTO effects (room, n) VALUES ?', [events.map(({ key, data }) => [key, data.n])]);
});
const effects = (room?: string) => db.query<{ n: number }>(`SELECT n FROM effects ${room ? 'WHERE room = ?' : ''} ORDER BY at`, room ? [room] : [])
  .then((rows) => rows.map((row) => row.n));
const countOf = async (table: string) => (await db.query<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`))[0]!.n;
const mark = (envelope: Envelope) => db.execute('INSERT INTO processed_events (event_id, consumer, handled_at) VALUES (?, ?, NOW(3))', [idToBinary(envelope.id), 'listeners']);

/** The bus, with acknowledgements that fail as long as `isCut` says so. */
const forgetful = (isCut: () => boolean): Bus => ({
  ...bus,
  open(topic, group, consumer): Subscription {
    const real = bus.open(topic, group, consumer);
    return { ...real, acknowledge: (deliveries: readonly Delivery[]) => (isCut() ? Promise.reject(new Error('died')) : real.acknowledge(deliveries)) };
  },
});

describe('events that are taken in together', () => {
  it('come to a handler a hundred at a time, in their order', async () => {
    consume([remember]);
    await bus.publish('rooms', numbered('a', 230));
    await clock.drainEvents();
    expect(await effects()).toEqual(Array.from({ length: 230 }, (_, n) => n));
    expect([calls.length <= 4, Math.max(...calls), await countOf('processed_events'), await bus.lag('rooms', 'listeners')]).toEqual([true, 100, 230, 0]);
  });

  it('keep the order between kinds', async () => {
    const order: string[] = [];
    const note = (definition: typeof said | typeof closed) => onMany(definition, async (events) => void order.push(`${definition.type} ${events.map(({ data }) => data.n)}`));
    consume([note(said), note(closed)]);
    await bus.publish('rooms', [event('a', 1), event('b', 2), event('a', 3, closed), event('a', 4)]);
    await clock.drainEvents();
    expect(order).toEqual(['room.said 1,2', 'room.closed 3', 'room.said 4']);
  });

  it('are not harmed by a poison one among them', async () => {
    consume([onMany(said, async (events, tx) => {
      await remember.handle(events, tx);
      if (events.some(({ data }) => data.n === 50)) throw new Error('poison');
    })]);
    await bus.publish('rooms', [...numbered('a', 100), event('b', 1)]);
    await clock.drainEvents();
    expect(await effects('a')).toEqual(Array.from({ length: 100 }, (_, n) => n).filter((n) => n !== 50));
    expect([await effects('b'), await countOf('dead_letters'), await countOf('processed_events'), await bus.lag('rooms', 'listeners')]).toEqual([[1], 1, 100, 0]);
  });

  it('wait with those of their key alone while a part is away', async () => {
    let isAway = true;
    consume([on(said, async ({ key, data }, tx) => {
      if (isAway && key === 'a') throw appError('UNAVAILABLE');
      await tx.execute('INSERT INTO effects (room, n) VALUES (?, ?)', [key, data.n]);
    })]);
    await bus.publish('rooms', [event('a', 1), event('b', 1), event('a', 2), event('b', 2)]);
    await clock.drainEvents();
    expect([await effects('a'), await effects('b'), await bus.lag('rooms', 'listeners')]).toEqual([[], [1, 2], 2]);
    isAway = false;
    await clock.drainEvents();
    expect([await effects('a'), await effects('b'), await countOf('dead_letters')]).toEqual([[1, 2], [1, 2], 0]);
  });

  it('work once when the consumer dies between their effect and the acknowledgement', async () => {
    let isCut = true;
    consume([remember], forgetful(() => isCut));
    await bus.publish('rooms', numbered('a', 20));
    await expect(clock.drainEvents()).rejects.toThrow('died');
    expect([(await effects()).length, await bus.lag('rooms', 'listeners')]).toEqual([20, 20]);
    isCut = false;
    await clock.drainEvents();
    expect([await effects(), await bus.lag('rooms', 'listeners')]).toEqual([Array.from({ length: 20 }, (_, n) => n), 0]);
  });

  it('work once when half of them come again, or one comes twice in the same batch', async () => {
    const events = numbered('a', 10);
    await Promise.all(events.slice(0, 5).map(mark));
    consume([remember]);
    await bus.publish('rooms', [...events, events[9]!]);
    await clock.drainEvents();
    expect([await effects(), await countOf('processed_events'), await bus.lag('rooms', 'listeners')]).toEqual([[5, 6, 7, 8, 9], 10, 0]);
  });

  it('are passed over without a mark when they would have no effect', async () => {
    consume([onMany(said, remember.handle, { when: ({ n }) => n > 7 })]);
    await bus.publish('rooms', [...numbered('a', 10), { ...event('a', 0), data: null }]);
    await clock.drainEvents();
    expect([await effects(), await countOf('processed_events'), await countOf('dead_letters'), await bus.lag('rooms', 'listeners')]).toEqual([[8, 9], 2, 1, 0]);
  });
});
