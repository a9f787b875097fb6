import type { Redis } from '../redis/index.ts';
import { outboxWakes } from './outbox.ts';

export interface Wakes {
  /** See `Bus.onWake`. */
  listen(database: string, listener: () => void): () => void;
  close(): void;
}

/** Tells other processes through Redis in which databases events wait. Wakes are hints: the relay looks by itself twice a second. */
export function openWakes(prefix: string, redis: Redis, connect: () => Redis): Wakes {
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
    listen(database, listener) {
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
    close() {
      outboxWakes.off('wake', tell);
      subscriber?.disconnect();
    },
  };
}
