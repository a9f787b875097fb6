import { loadConfig } from '@careline/kit/config';
import { z } from 'zod';

const shape = z.object({
  ROLE: z.enum(['api', 'worker', 'all']).default('all'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(1).max(65_535).default(4011),
});

/** What this subgraph needs to know when it is a process of its own, beside what all processes share. */
export function readConfig(): z.output<typeof shape> {
  return loadConfig(shape);
}
