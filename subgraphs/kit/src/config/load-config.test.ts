import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, loadConfig } from './index.ts';

const shape = z.object({
  DATABASE_URL: z.string(),
  PORT: z.coerce.number().int().min(1).max(65_535).default(4000),
  KAFKA_BROKERS: z.string().optional(),
});

describe('loadConfig', () => {
  it('reads what is set and falls back where the shape says so; an empty variable is not set', () => {
    expect(loadConfig(shape, { DATABASE_URL: 'mysql://x', PORT: '', KAFKA_BROKERS: '' })).toEqual({ DATABASE_URL: 'mysql://x', PORT: 4000 });
  });

  it('names every problem in one message and quotes no value', () => {
    const load = () => loadConfig(shape, { PORT: '70000secret' });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(/DATABASE_URL: is not set[\s\S]*PORT: /);
    expect(load).not.toThrow(/secret/);
  });
});
