import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from '../observe/index.ts';

export type { Redis };

export interface RedisAddress {
  /** `redis://…`, `rediss://…` or a socket path. */
  target: string;
  /** What all keys and channels of this installation begin with; empty unless the address says `?prefix=`. */
  prefix: string;
}

/** Takes `redis://host:6379/0` or `unix:///path.sock` apart, with an optional `?prefix=`. */
export function parseRedisUrl(redisUrl: string): RedisAddress {
  const url = new URL(redisUrl);
  const prefix = url.searchParams.get('prefix') ?? '';
  url.search = '';
  return { target: url.protocol === 'unix:' ? decodeURIComponent(url.pathname) : url.toString(), prefix };
}

/**
 * A connection that comes back by itself. Keys get the address's prefix; channel and stream names do not, their
 * users add it. Commands fail at once while Redis is away unless `options` say otherwise: Redis only holds what can do without.
 */
export function connectRedis(redisUrl: string, log: Logger, options: RedisOptions = {}): Redis {
  const { target, prefix } = parseRedisUrl(redisUrl);
  const redis = new Redis(target, {
    keyPrefix: prefix, maxRetriesPerRequest: 1, connectTimeout: 5_000,
    retryStrategy: (attempt) => Math.min(50 * attempt, 1_000) + Math.random() * 50,
    ...options,
  });
  let isAway = false;
  redis.on('error', (error: Error) => {
    // One line per outage, not one per attempt.
    if (!isAway) log.warn({ err: error }, 'redis does not answer');
    isAway = true;
  });
  redis.on('ready', () => {
    if (isAway) log.info('redis answers again');
    isAway = false;
  });
  return redis;
}
