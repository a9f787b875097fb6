import { defineEvent } from '@careline/schema/events';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { newId } from '../db/index.ts';
import { parseRedisUrl } from '../redis/index.ts';
import { createTestDatabase, testLogger, testPrefix, testRedisUrl } from '../testing/index.ts';
import { systemClock, type Stoppable } from '../time/index.ts';
import { appendEvents, createBus, on, startConsumers, startRelay, type Bus } from './index.ts';

const roomOpened = defineEvent('any', 'room.opened', 1, z.object({ n: z.number() }));
const log = testLogger();
let db: Awaited<ReturnType<typeof createTestDatabase>>;
let bus: Bus;
let redisUrl: string;
let running: Stoppable[];

beforeEach(async () => {
  db = await createTestDatabase();
  await db.execute('CREATE TABLE effects (at INT AUTO_INCREMENT PRIMARY KEY, n INT)');
  redisUrl = testRedisUrl(testPrefix());
  bus = await createBus({ redisUrl, log });
  const remember = on(roomOpened, async ({ data }, tx) => void (await tx.execute('INSERT INTO effects (n) VALUES (?)', [data.n])));
  const parts = { db, bus, clock: systemClock, log, holder: 'one' };
  running = [startConsumers({ ...parts, group: 'listeners', topics: ['rooms'], handlers: [remember] }), startRelay({ ...parts, topic: 'rooms' })];
});
afterEach(async () => {
  await Promise.all(running.map((part) => part.stop()));
  await bus.close();
  await db.drop();
});

const open = (room: string, n: number) => db.transaction((tx) => appendEvents(tx, [roomOpened.make(room, { n })], 1_000));
const effects = () => db.query<{ n: number }>('SELECT n FROM effects ORDER BY at').then((rows) => rows.map((row) => row.n));

it('takes up what was lost on the way when the connection breaks, without a restart', async () => {
  await open('a', 1);
  await expect.poll(() => effects()).toEqual([1]);
  const { target, prefix } = parseRedisUrl(redisUrl);
  const redis = new Redis(target);
  const lost = roomOpened.make('a', { n: 2 });
  const envelope = { id: newId('evt'), at: 0, ...lost };
  // Handed to this very consumer in an answer that it never got.
  await redis.multi().xadd(`${prefix}ev:{rooms}`, '*', 'e', JSON.stringify(envelope))
    .xreadgroup('GROUP', 'listeners', 'one', 'COUNT', 1, 'STREAMS', `${prefix}ev:{rooms}`, '>').exec();
  const [, id] = /id=(\d+)[^\n]* name=\S*read /.exec(String(await redis.client('LIST')).split('\n').filter((line) => line.includes(`name=${prefix}read `)).join('\n'))!;
  await redis.client('KILL', 'ID', Number(id));
  await open('a', 3);
  await expect.poll(() => effects(), { timeout: 5_000 }).toEqual([1, 2, 3]);
  redis.disconnect();
});
