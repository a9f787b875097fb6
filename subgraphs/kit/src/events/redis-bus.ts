import type { Logger } from '../observe/index.ts';
import { connectRedis, parseRedisUrl } from '../redis/index.ts';
import type { Bus } from './bus.ts';
import { readLag, readTaken, trimStream } from './redis-groups.ts';
import { openRedisSubscription } from './redis-subscription.ts';
import { openWakes } from './wakes.ts';

const TRIM_EVERY = 2_000;

/** The bus over Redis Streams: one stream per topic, `ev:{topic}`. Publishing fails while Redis is away; the outbox keeps the events. */
export function createRedisBus(redisUrl: string, log: Logger): Bus {
  const { prefix } = parseRedisUrl(redisUrl);
  const connect = (more = {}) => connectRedis(redisUrl, log, { keyPrefix: '', ...more });
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
