import { createLogger, type Logger } from '../observe/index.ts';
import type { Bus } from './bus.ts';
import type { KafkaAddress } from './kafka-address.ts';
import { createRedisBus } from './redis-bus.ts';

export interface BusOptions {
  redisUrl: string;
  /** Where events travel instead of over Redis, which then carries hints alone. */
  kafka?: KafkaAddress | null;
  log?: Logger;
}

/** The bus over Redis Streams, or over Kafka where one is given. Opens without waiting for them: either may be away at first. */
export async function createBus({ redisUrl, kafka, log = createLogger({ name: 'bus', level: 'warn' }) }: BusOptions): Promise<Bus> {
  if (!kafka) return createRedisBus(redisUrl, log);
  // Its package takes an eighth of a start: read only where it is needed.
  const { createKafkaBus } = await import('./kafka-bus.ts');
  return createKafkaBus(redisUrl, kafka, log);
}
