import type { Envelope } from '@careline/schema/events';
import type { Redis } from '../redis/index.ts';
import type { Delivery, Subscription } from './bus.ts';

interface SubscriptionParts {
  redis: Redis;
  /** A connection of its own: a blocking read holds up everything behind it. */
  connectReader(): Redis;
  stream: string;
  group: string;
  consumer: string;
}

type Entry = [id: string, fields: string[] | null] | null;

/** Reads one stream as one member of a consumer group. The group is made when missing, from the oldest event on. */
export function openRedisSubscription(parts: SubscriptionParts): Subscription {
  const { redis, stream, group, consumer } = parts;
  let reader: Redis | null = null;
  let isGroupKnown = false;
  let isCut = false;

  async function inGroup<T>(read: () => Promise<T>): Promise<T> {
    if (!isGroupKnown) await makeGroup(redis, stream, group);
    isGroupKnown = true;
    try {
      return await read();
    } catch (error) {
      // A Redis that lost its data has lost the group too.
      if (!String(error).includes('NOGROUP')) throw error;
      isGroupKnown = false;
      await makeGroup(redis, stream, group);
      return read();
    }
  }

  const openReader = () => {
    const opened = parts.connectReader();
    opened.on('close', () => (isCut = true));
    return opened;
  };

  const readNew = async (count: number, waitMs: number): Promise<Delivery[]> => {
    const options = ['GROUP', group, consumer, 'COUNT', count] as const;
    const found = waitMs > 0
      ? await (reader ??= openReader()).xreadgroup(...options, 'BLOCK', waitMs, 'STREAMS', stream, '>')
      : await redis.xreadgroup(...options, 'STREAMS', stream, '>');
    return deliveriesOf(((found as [string, Entry[]][] | null) ?? []).flatMap(([, entries]) => entries));
  };

  return {
    take: (count, waitMs) => inGroup(() => readNew(count, waitMs)),
    takeLeft: (count) => inGroup(async () => {
      const [, entries] = (await redis.xautoclaim(stream, group, consumer, 0, '0-0', 'COUNT', count)) as [string, Entry[]];
      return deliveriesOf(entries);
    }),
    wasCut() {
      const wasCut = isCut;
      isCut = false;
      return wasCut;
    },
    async acknowledge(deliveries) {
      if (deliveries.length > 0) await redis.xack(stream, group, ...deliveries.map((delivery) => delivery.entryId));
    },
    interrupt: () => reader?.disconnect(),
    close: async () => reader?.disconnect(),
  };
}

async function makeGroup(redis: Redis, stream: string, group: string): Promise<void> {
  try {
    await redis.xgroup('CREATE', stream, group, '0', 'MKSTREAM');
  } catch (error) {
    if (!String(error).includes('BUSYGROUP')) throw error;
  }
}

// Redis 6.2 hands out entries that were trimmed away as null.
function deliveriesOf(entries: readonly Entry[]): Delivery[] {
  return entries.flatMap((entry) => (entry?.[1]?.[1] ? [{ entryId: entry[0], envelope: JSON.parse(entry[1][1]) as Envelope }] : []));
}
