import { loadConfig } from '@careline/kit/config';
import { z } from 'zod';

/** Settings of the subgraph when it runs as a process of its own. */
const shape = z.object({
  ROLE: z.enum(['api', 'worker', 'all']).default('all'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(1).max(65_535).default(4011),
  DATABASE_URL: z.string().min(1),
  DATABASE_PREFIX: z.string().regex(/^[a-z0-9_]{1,40}$/).default('careline'),
  REDIS_URL: z.string().min(1),
  KAFKA_BROKERS: z.string().optional(),
  PUBLIC_URL: z.string().url().default('http://127.0.0.1:4000'),
  DATA_DIR: z.string().default('.data'),
  TIME_ZONE: z.string().default('Asia/Shanghai'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  NODE_ENV: z.string().default('development'),
});

export type Config = z.output<typeof shape>;

/** The settings of this process; throws with every problem at once. */
export function readConfig(): Config {
  return loadConfig(shape);
}
