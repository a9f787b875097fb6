import type { Envelope } from '@careline/schema/events';
import type { Logger } from '../observe/index.ts';
import { connectRedis, parseRedisUrl } from '../redis/index.ts';
import type { Bus } from './bus.ts';
import { kafkaName, type KafkaAddress } from './kafka-address.ts';
import { entryIdOf, readLag, readTaken } from './kafka-groups.ts';
import { KafkaLink } from './kafka-link.ts';
import { openKafkaSubscription } from './kafka-subscription.ts';
import { openWakes } from './wakes.ts';

/** Half of what a broker takes at once unless told otherwise. */
const APPEND_CHARS = 512 * 1024;

/**
 * The bus over Kafka: one topic of one partition for each, `careline.{topic}`. Publishing fails while Kafka is away; the outbox keeps
 * the events. Wakes still travel over Redis.
 */
export function createKafkaBus(redisUrl: string, address: KafkaAddress, log: Logger): Bus {
  const { prefix } = parseRedisUrl(redisUrl);
  const connect = (more = {}) => connectRedis(redisUrl, log, { keyPrefix: '', ...more });
  const redis = connect();
  const wakes = openWakes(prefix, redis, () => connect({ maxRetriesPerRequest: null }));
  const link = new KafkaLink(address, log);
  const named = (name: string) => kafkaName(prefix, name);
  return {
    publish: (name, envelopes) => link.with(named(name), async (topic) => {
      const entryIds: string[] = [];
      for (const some of portionsOf(envelopes)) {
        const first = await link.append(topic, some);
        entryIds.push(...some.map((_, place) => entryIdOf(topic, first + place)));
      }
      return entryIds;
    }),
    taken: (name, oldest, newest) => link.with(named(name), (topic) => readTaken(link, topic, named(''), oldest, newest)),
    connects: () => link.connects,
    open: (name, group) => openKafkaSubscription({ link, topic: named(name), group: named(group), log }),
    lag: (name, group) => link.with(named(name), (topic) => readLag(link, topic, named(group))),
    onWake: wakes.listen,
    ping: () => link.answers(),
    async close() {
      wakes.close();
      redis.disconnect();
      await link.close();
    },
  };
}

function portionsOf(envelopes: readonly Envelope[]): { key: string; value: string }[][] {
  const portions: { key: string; value: string }[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const envelope of envelopes) {
    const value = JSON.stringify(envelope);
    if (length + value.length > APPEND_CHARS) {
      portions.push([]);
      length = 0;
    }
    portions.at(-1)!.push({ key: envelope.key, value });
    length += value.length;
  }
  return portions;
}
