import { createLogger, type Logger } from '../observe/index.ts';
import { connectRedis, parseRedisUrl, type Redis } from '../redis/index.ts';
import type { Bus } from './bus.ts';
import { outboxWakes } from './outbox.ts';
import { readLag, readTaken, trimStream } from './redis-groups.ts';
import { openRedisSubscription } from './redis-subscription.ts';

export interface BusOptions {
  redisUrl: string;
  log?: Logger;
}

const TRIM_EVERY = 2_000;

/** The bus over Redis Streams: one stream per topic, `ev:{topic}`. Publishing fails while Redis is away; the outbox keeps the events. */
export function createBus(options: BusOptions): Bus {
  const log = options.log ?? createLogger({ name: 'bus', level: 'warn' });
  const { prefix } = parseRedisUrl(options.redisUrl);
  const connect = (more = {}) => connectRedis(options.redisUrl, log, { keyPrefix: '', ...more });
  const redis = connect();
  const wakes = openWakes(prefix, redis, () => connect({ maxRetriesPerRequest: null }));
  const streamOf = (topic: string) => `${prefix}ev:{${topic}}`;
  let sinceTrim = 0;
  let connects = 0;
  redis.on('ready', () => (connects += 1));
  return {
    async publish(topic, envelopes) {
      const pipeline = redis.pipeline();
      for (const envelope of envelopes) pipeline.xadd(streamOf(topic), '*', 'e', JSON.stringify(envelope));
      const results = (await pipeline.exec()) ?? [];
      const failure = results.find(([error]) => error)?.[0];
      if (failure) throw failure;
      sinceTrim += envelopes.length;
      if (sinceTrim >= TRIM_EVERY) {
        sinceTrim = 0;
        await trimStream(redis, streamOf(topic), log);
      }
      return results.map(([, entryId]) => String(entryId));
    },
    taken: (topic, oldest, newest) => readTaken(redis, streamOf(topic), oldest, newest),
    connects: () => connects,
    open: (topic, group, consumer) => openRedisSubscription({
      redis, connectReader: () => connect({ maxRetriesPerRequest: null, connectionName: `${prefix}read` }), stream: streamOf(topic), group, consumer,
    }),
    lag: (topic, group) => readLag(redis, streamOf(topic), group),
    onWake: wakes.listen,
    ping: () => redis.ping().then(() => true, () => false),
    async close() {
      wakes.close();
      redis.disconnect();
    },
  };
}

// Wakes are hints: the relay looks by itself every 200 ms.
function openWakes(prefix: string, redis: Redis, connect: () => Redis) {
  const listeners = new Map<string, Set<() => void>>();
  const waiting = new Set<string>();
  let subscriber: Redis | null = null;
  const tell = (database: string) => {
    if (waiting.size === 0) setImmediate(flush);
    waiting.add(database);
  };
  const flush = () => {
    for (const database of waiting) redis.publish(`${prefix}wake:${database}`, '').catch(() => undefined);
    waiting.clear();
  };
  outboxWakes.on('wake', tell);
  return {
    listen(database: string, listener: () => void): () => void {
      if (!subscriber) {
        subscriber = connect();
        subscriber.on('message', (channel: string) => listeners.get(channel)?.forEach((tellOne) => tellOne()));
      }
      const channel = `${prefix}wake:${database}`;
      const found = listeners.get(channel) ?? new Set();
      listeners.set(channel, found.add(listener));
      subscriber.subscribe(channel).catch(() => undefined);
      return () => void found.delete(listener);
    },
    close(): void {
      outboxWakes.off('wake', tell);
      subscriber?.disconnect();
    },
  };
}
