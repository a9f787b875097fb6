import { createLogger, type Logger } from '../observe/index.ts';
import type { Bus } from './bus.ts';
import type { KafkaAddress } from './kafka-address.ts';
import { createKafkaBus } from './kafka-bus.ts';
import { createRedisBus } from './redis-bus.ts';

export interface BusOptions {
  redisUrl: string;
  /** Where events travel instead of over Redis, which then carries hints alone. */
  kafka?: KafkaAddress | null;
  log?: Logger;
}

/** The bus over Redis Streams, or over Kafka where one is given. Opens without waiting: either may be away at first. */
export function createBus({ redisUrl, kafka, log = createLogger({ name: 'bus', level: 'warn' }) }: BusOptions): Bus {
  return kafka ? createKafkaBus(redisUrl, kafka, log) : createRedisBus(redisUrl, log);
}
