import type { KillableEngine } from '../../harness/killable-engines.ts';
import { freezeMs, seconds, type Fault, type Strike } from './fault.ts';

function frozen(name: string, engine: KillableEngine, holdMs: number): Strike {
  engine.freeze();
  return { what: `freeze ${name} for ${(holdMs / 1_000).toFixed(0)} s`, holdMs, lift: async () => engine.thaw() };
}

export const ENGINE_FAULTS: readonly Fault[] = [
  {
    id: 'F4',
    strike: async ({ engines }, random) => {
      await engines.redis.kill();
      engines.emptyRedis();
      return { what: 'kill -9 Redis, which comes back empty', holdMs: seconds(random, 0, 3), lift: () => engines.redis.start() };
    },
  },
  {
    id: 'F5',
    strike: async ({ engines, recoveries }) => {
      const killedAt = performance.now();
      await engines.mariadb.kill();
      return {
        what: 'kill -9 MariaDB', holdMs: 0,
        lift: async () => {
          await engines.mariadb.start();
          recoveries.push(performance.now() - killedAt);
        },
      };
    },
  },
  { id: 'F8', strike: async ({ engines }, random, round) => frozen('Redis', engines.redis, freezeMs(random, round)) },
  { id: 'F9', strike: async ({ engines }, random, round) => frozen('MariaDB', engines.mariadb, freezeMs(random, round)) },
];
