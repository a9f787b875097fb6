import { Admin } from '@platformatic/kafka';
import { defineEvent } from '@careline/schema/events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { newId } from '../db/index.ts';
import { parseRedisUrl } from '../redis/index.ts';
import { createTestDatabase, loseTopic, ManualClock, testKafka, testLogger, testPrefix, testRedisUrl } from '../testing/index.ts';
import { appendEvents, createBus, kafkaName, loadKafka, on, startConsumers, startRelay, type Bus, type Envelope } from './index.ts';

const roomOpened = defineEvent('any', 'room.opened', 1, z.object({ n: z.number(), note: z.string().optional() }));
const log = testLogger();
let redisUrl: string;
let bus: Bus;
let admin: Admin;

beforeEach(async () => {
  redisUrl = testRedisUrl(testPrefix());
  bus = await createBus({ redisUrl, kafka: testKafka(), log });
  admin = new Admin({ clientId: 'test', bootstrapBrokers: testKafka()!.brokers });
});
afterEach(async () => {
  await bus.close();
  await admin.close();
});

const named = (name: string) => kafkaName(parseRedisUrl(redisUrl).prefix, name);
const event = (n: number, note?: string): Envelope => ({ id: newId('evt'), at: 0, ...roomOpened.make('a', { n, note }) });
const events = (count: number) => Array.from({ length: count }, (_, n) => event(n));
const numbers = (deliveries: readonly { envelope: Envelope }[]) => deliveries.map(({ envelope }) => (envelope.data as { n: number }).n);

describe('the bus over Kafka', () => {
  it('makes each topic with one partition, which keeps a week and is written down before it is answered', async () => {
    await bus.publish('rooms', events(1));
    const { topics } = await admin.metadata({ topics: [named('rooms')] });
    expect(topics.get(named('rooms'))!.partitions).toHaveLength(1);
    const [{ configs }] = (await admin.describeConfigs({ resources: [{ resourceType: 2, resourceName: named('rooms') }] })) as unknown as [{ configs: { name: string; value: string }[] }];
    expect(Object.fromEntries(configs.map(({ name, value }) => [name, value]))).toMatchObject({ 'retention.ms': '604800000', 'cleanup.policy': 'delete', 'flush.messages': '1', 'message.timestamp.type': 'LogAppendTime' });
  });

  it('gives ids that grow, also where more is published than a broker takes at once', async () => {
    const many = [event(0, 'x'.repeat(1_500_000)), ...Array.from({ length: 400 }, (_, n) => event(n + 1, 'y'.repeat(25_000)))];
    const offsets = (await bus.publish('rooms', many)).map((entryId) => Number(entryId.split('@')[0]));
    expect(offsets).toEqual(many.map((_, place) => place));
    const subscription = bus.open('rooms', 'listeners', 'one');
    const taken: number[] = [];
    while (taken.length < many.length) taken.push(...numbers(await subscription.take(200, 1_000)));
    expect(taken).toEqual(many.map((_, place) => place));
    await subscription.close();
  });

  it('keeps what was acknowledged out of order for whoever reads on: a reader that died left two, and those come again', async () => {
    const entryIds = await bus.publish('rooms', events(6));
    const dead = bus.open('rooms', 'listeners', 'dead');
    const [, second, third, , fifth] = await dead.take(5, 0);
    await dead.acknowledge([second!, third!, fifth!]);
    expect(await bus.lag('rooms', 'listeners')).toBe(3);
    const taken = await bus.taken('rooms', entryIds[0]!, entryIds[5]!);
    expect([taken.isHeard, taken.isLost, entryIds.map(taken.has)]).toEqual([true, false, [false, true, true, false, true, false]]);
    const next = bus.open('rooms', 'listeners', 'next');
    const left = [...(await next.takeLeft(10)), ...(await next.take(10, 0))];
    expect(numbers(left)).toEqual([0, 3, 5]);
    await next.acknowledge(left);
    expect(await bus.lag('rooms', 'listeners')).toBe(0);
    // Who held the topic before and gets it back passes over what was done meanwhile.
    expect(numbers([...(await dead.takeLeft(10)), ...(await dead.take(10, 0))])).toEqual([]);
    await Promise.all([dead.close(), next.close()]);
  });

  it('gives back what was handed out and not acknowledged before anything new', async () => {
    await bus.publish('rooms', events(4));
    const subscription = bus.open('rooms', 'listeners', 'one');
    await subscription.take(2, 0);
    expect(numbers(await subscription.takeLeft(10))).toEqual([0, 1]);
    expect(numbers(await subscription.take(10, 0))).toEqual([2, 3]);
    await subscription.close();
  });

  it('ends a waiting take at once', async () => {
    const subscription = bus.open('rooms', 'listeners', 'one');
    await subscription.take(1, 0);
    const begun = performance.now();
    const waiting = subscription.take(1, 20_000);
    subscription.interrupt();
    expect(await waiting).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  it('reads on when its topic is deleted under it and made anew, and knows that the old entries are gone', async () => {
    const [old] = await bus.publish('rooms', events(3));
    const subscription = bus.open('rooms', 'listeners', 'one');
    const before = await subscription.take(3, 0);
    const waiting = subscription.take(1, 5_000);
    await loseTopic(redisUrl, 'rooms');
    const [fresh] = await bus.publish('rooms', [event(7)]);
    const after = await waiting;
    expect(numbers(after.length > 0 ? after : await subscription.take(1, 5_000))).toEqual([7]);
    // What it held of the old topic says nothing about the new one.
    await subscription.acknowledge(before);
    expect(await bus.lag('rooms', 'listeners')).toBe(1);
    expect([(await bus.taken('rooms', old!, fresh!)).isLost, (await bus.taken('rooms', fresh!, fresh!)).isLost]).toEqual([true, false]);
    await subscription.close();
  });

  it('waits for a group from the moment it first asked, though it has taken nothing yet', async () => {
    const subscription = bus.open('rooms', 'listeners', 'one');
    await subscription.take(1, 0);
    const [entryId] = await bus.publish('rooms', events(1));
    const taken = await bus.taken('rooms', entryId!, entryId!);
    expect([taken.isHeard, taken.has(entryId!), await bus.lag('rooms', 'listeners')]).toEqual([true, false, 1]);
    await subscription.close();
  });

  it('is not held up by others who read along', async () => {
    const [entryId] = await bus.publish('rooms', events(1));
    await admin.alterConsumerGroupOffsets({ groupId: `${testPrefix()}.elsewhere`, topics: [{ name: named('rooms'), partitionOffsets: [{ partition: 0, offset: 0n }] }] });
    const reader = bus.open('rooms', 'listeners', 'one');
    await reader.acknowledge(await reader.take(1, 0));
    expect((await bus.taken('rooms', entryId!, entryId!)).has(entryId!)).toBe(true);
    await reader.close();
  });

  it('goes where an operator sets a group back to', async () => {
    await bus.publish('rooms', events(3));
    const first = bus.open('rooms', 'listeners', 'one');
    await first.acknowledge(await first.take(3, 0));
    await first.close();
    await admin.alterConsumerGroupOffsets({ groupId: named('listeners'), topics: [{ name: named('rooms'), partitionOffsets: [{ partition: 0, offset: 1n }] }] });
    const second = bus.open('rooms', 'listeners', 'two');
    expect([await bus.lag('rooms', 'listeners'), numbers(await second.take(3, 0))]).toEqual([2, [1, 2]]);
    await second.close();
  });

  it('refuses a topic of several partitions, which keep no order', async () => {
    await admin.createTopics({ topics: [named('rooms')], partitions: 2, replicas: 1 });
    await expect(bus.publish('rooms', events(1))).rejects.toThrow('has 2 partitions');
  });

  it('brings events that were past their retention again to a group that still needs them', async () => {
    const db = await createTestDatabase();
    const clock = new ManualClock(0);
    await db.execute('CREATE TABLE effects (at INT AUTO_INCREMENT PRIMARY KEY, n INT)');
    const remember = on(roomOpened, async ({ data }, tx) => void (await tx.execute('INSERT INTO effects (n) VALUES (?)', [data.n])));
    const slow = bus.open('rooms', 'listeners', 'one');
    await slow.take(1, 0);
    const parts = { db, bus, clock, log, holder: 'one' };
    const relay = startRelay({ ...parts, topic: 'rooms' });
    await db.transaction((tx) => appendEvents(tx, [1, 2, 3].map((n) => roomOpened.make('a', { n })), 0));
    await clock.drainEvents();
    await admin.deleteRecords({ topics: [{ name: named('rooms'), partitions: [{ partition: 0, offset: 2n }] }] });
    const consumers = startConsumers({ ...parts, group: 'listeners', topics: ['rooms'], handlers: [remember] });
    await clock.drainEvents();
    expect((await db.query<{ n: number }>('SELECT n FROM effects ORDER BY n')).map(({ n }) => n)).toEqual([1, 2, 3]);
    expect(await db.query('SELECT id FROM outbox')).toEqual([]);
    await Promise.all([relay.stop(), consumers.stop(), slow.close()]);
    await db.drop();
  });

  it.skipIf(!process.env.TEST_KAFKA_CLOSED)('speaks with an account where brokers ask for one, and is away with a wrong one', async () => {
    const [account, broker] = process.env.TEST_KAFKA_CLOSED!.split('@') as [string, string];
    const [username, password] = account.split(':') as [string, string];
    const [known, stranger] = await Promise.all([password, 'wrong'].map((word) => createBus({ redisUrl, kafka: loadKafka({ KAFKA_BROKERS: broker, KAFKA_USERNAME: username, KAFKA_PASSWORD: word }), log })));
    expect([await known!.ping(), await known!.publish('rooms', events(1)), await stranger!.ping()]).toEqual([true, [expect.stringMatching(/^0@/)], false]);
    await Promise.all([known!.close(), stranger!.close()]);
  });
});
