import type { Part } from '../../harness/system.ts';
import { freezeMs, seconds, type Fault, type Strike } from './fault.ts';
import type { World } from './world.ts';

const OTHERS = ['tickets', 'knowledge', 'analytics'];

const partsNamed = ({ system }: World, pattern: RegExp): Part[] => {
  const found = system.parts.filter((part) => pattern.test(part.name));
  // In the one-process shape every subgraph lives in the api and the worker.
  return found.length > 0 ? found : system.parts;
};

/** A subgraph's api and worker do not stand in for each other, so they may go together. */
const stepOf = (part: Part): string => part.name.replace(/-(api|worker)$/, '');

async function killed(world: World, parts: readonly Part[], holdMs: number): Promise<Strike> {
  await Promise.all(parts.map((part) => world.supervisor.kill(part)));
  return {
    what: `kill -9 ${parts.map((part) => part.name).join(', ')}`, holdMs,
    lift: async () => void await Promise.all(parts.map((part) => world.supervisor.revive(part))),
  };
}

function frozen(part: Part, holdMs: number): Strike {
  const pid = part.pid!;
  process.kill(pid, 'SIGSTOP');
  return {
    what: `freeze ${part.name} for ${(holdMs / 1_000).toFixed(0)} s`, holdMs,
    // Another fault may have killed it meanwhile.
    lift: async () => void (part.pid === pid && part.isAlive && process.kill(pid, 'SIGCONT')),
  };
}

export const PROCESS_FAULTS: readonly Fault[] = [
  { id: 'F1', strike: (world, random) => killed(world, [random.pick(world.system.conversations)], seconds(random, 0, 2)) },
  {
    id: 'F2',
    strike: (world, random, round) => killed(world, partsNamed(world, new RegExp(`^${OTHERS[round % OTHERS.length]}-`)), seconds(random, 0, 2)),
  },
  {
    id: 'F3',
    strike: (world, random, round) => {
      const { gateways } = world.system;
      return killed(world, round === 1 ? gateways : [random.pick(gateways)], seconds(random, 0, 2));
    },
  },
  { id: 'F6', strike: async (world, random, round) => frozen(random.pick(world.system.conversations), freezeMs(random, round)) },
  { id: 'F7', strike: async (world, random, round) => frozen(random.pick(world.system.gateways), freezeMs(random, round)) },
  {
    id: 'F10',
    strike: async (world) => ({
      what: 'restart every process, one subgraph or gateway after the other', holdMs: 0,
      lift: async () => {
        for (const name of new Set(world.system.parts.map(stepOf))) {
          await Promise.all(world.system.parts.filter((part) => stepOf(part) === name).map((part) => world.supervisor.restart(part)));
        }
      },
    }),
  },
];
