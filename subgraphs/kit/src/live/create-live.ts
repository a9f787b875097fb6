import { randomBytes } from 'node:crypto';
import { counter, type Logger } from '../observe/index.ts';
import { connectRedis, parseRedisUrl, type Redis } from '../redis/index.ts';
import type { Live, LiveHint } from './live.ts';

type Listener = (hint: LiveHint) => void;

const lost = counter('careline_live_hints_lost_total', 'Hints that did not reach other processes because Redis was away or too slow.');
/** Hints on their way to a Redis that does not take them; more are given up, readers look at the table by themselves. */
const UNDER_WAY_MAX = 10_000;

/**
 * Live hints of one process: local listeners are called in the same tick, other processes get them through Redis.
 * While Redis is away hints stay local; the channels are taken up again when it is back.
 */
export async function createLive({ redisUrl, log }: { redisUrl: string; log: Logger }): Promise<Live> {
  const node = randomBytes(6).toString('base64url');
  const { prefix } = parseRedisUrl(redisUrl);
  const publisher = connectRedis(redisUrl, log, { keyPrefix: '', enableOfflineQueue: false });
  const subscriber = connectRedis(redisUrl, log, {
    keyPrefix: '', connectionName: `${prefix}live`, maxRetriesPerRequest: null, autoResubscribe: false, enableOfflineQueue: false,
  });
  const listeners = new Map<string, Set<Listener>>();
  const nameOf = (channel: string) => `${prefix}live:${channel}`;
  const tell = (channel: string, hint: LiveHint) => tellAll(listeners.get(channel) ?? [], hint, log);
  const change = followChannels(subscriber, listeners, nameOf);
  let underWay = 0;
  subscriber.on('message', (name: string, message: string) => {
    const space = message.indexOf(' ');
    if (message.slice(0, space) !== node) tell(name.slice(prefix.length + 5), JSON.parse(message.slice(space + 1)) as LiveHint);
  });
  await Promise.all([publisher, subscriber].map(untilFirstAnswer));

  return {
    publish(channel, hint) {
      if (underWay >= UNDER_WAY_MAX) lost.inc();
      else {
        underWay += 1;
        publisher.publish(nameOf(channel), `${node} ${JSON.stringify(hint)}`).catch(() => lost.inc()).finally(() => (underWay -= 1));
      }
      tell(channel, hint);
    },
    subscribe(channel, listener) {
      const found = listeners.get(channel);
      // A function of its own per call, so that the same listener may be given twice.
      const own: Listener = (hint) => listener(hint);
      if (found) found.add(own);
      else {
        listeners.set(channel, new Set([own]));
        change(channel);
      }
      return () => {
        const present = listeners.get(channel);
        if (!present?.delete(own) || present.size > 0) return;
        listeners.delete(channel);
        change(channel);
      };
    },
    ping: () => publisher.ping().then(() => true, () => false),
    async close() {
      listeners.clear();
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}

/** Keeps the channels of the connection those that have listeners. The returned function says that one may have changed. */
function followChannels(subscriber: Redis, listeners: ReadonlyMap<string, unknown>, nameOf: (channel: string) => string): (channel: string) => void {
  const send = (command: 'subscribe' | 'unsubscribe', channels: readonly string[]) => {
    if (subscriber.status === 'ready' && channels.length > 0) subscriber[command](...channels.map(nameOf)).catch(() => undefined);
  };
  // The set of listeners is the truth: whatever was missed while away is made good at `ready`.
  subscriber.on('ready', () => send('subscribe', [...listeners.keys()]));
  const changed = new Set<string>();
  const flush = () => {
    send('subscribe', [...changed].filter((channel) => listeners.has(channel)));
    send('unsubscribe', [...changed].filter((channel) => !listeners.has(channel)));
    changed.clear();
  };
  // Channels of one tick in one command: after a cut thousands of streams come back at once.
  return (channel) => {
    if (changed.size === 0) setImmediate(flush);
    changed.add(channel);
  };
}

function tellAll(listeners: Iterable<Listener>, hint: LiveHint, log: Logger): void {
  // A copy: a listener may leave while it is told.
  for (const listener of [...listeners]) {
    try {
      listener(hint);
    } catch (error) {
      log.error({ err: error }, 'a live listener failed');
    }
  }
}

/** Waits for the connection or its first failure: a process starts also while Redis is away. */
function untilFirstAnswer(redis: ReturnType<typeof connectRedis>): Promise<void> {
  return new Promise((resolve) => {
    redis.once('ready', () => resolve());
    redis.once('error', () => resolve());
  });
}
