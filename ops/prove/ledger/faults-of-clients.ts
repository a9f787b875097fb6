import type { FaultProxy } from '../../harness/fault-proxy.ts';
import type { Random } from '../../harness/random.ts';
import { Crowd } from './crowd.ts';
import { seconds, type Fault, type Strike } from './fault.ts';
import type { World } from './world.ts';

/** Longer than a client waits for a heartbeat. */
const HALF_OPEN_S = 60;
const OFFLINE_S = [1, 30, 5];

const some = (random: Random, doors: readonly FaultProxy[], share: number): FaultProxy[] => doors.filter(() => random.next() < share);

function cutMidFrame({ clients }: World, random: Random): Strike {
  const doors = [...some(random, clients.visitors, 0.5), clients.agent];
  const strike = () => doors.forEach((door) => door.cutMidFrame());
  strike();
  const again = setInterval(strike, 1_000);
  return {
    what: `cut ${doors.length} clients in the middle of a frame, every second`, holdMs: seconds(random, 4, 7),
    lift: async () => {
      clearInterval(again);
      for (const door of doors) door.heal();
    },
  };
}

function halfOpen({ clients }: World, random: Random, holdMs: number): Strike {
  const doors = [...some(random, clients.visitors, 0.3), clients.tab];
  // Never healed: whoever has not noticed until then never will.
  for (const door of doors) door.silence();
  return { what: `${doors.length} clients half-open for ${(holdMs / 1_000).toFixed(0)} s`, holdMs, lift: async () => undefined };
}

let crowd: Crowd | null = null;

export const CLIENT_FAULTS: readonly Fault[] = [
  {
    id: 'F13',
    strike: async (world, random, round) => (round === 1 ? halfOpen(world, random, HALF_OPEN_S * 1_000) : cutMidFrame(world, random)),
  },
  {
    id: 'F14',
    strike: async ({ clients }, _random, round) => {
      const holdMs = OFFLINE_S[round % OFFLINE_S.length]! * 1_000;
      clients.agent.cut(holdMs);
      return { what: `the agent is offline for ${holdMs / 1_000} s`, holdMs, lift: async () => undefined };
    },
  },
  {
    id: 'F15',
    prepare: async (world) => {
      crowd = await Crowd.open(world);
    },
    strike: async ({ clients }) => {
      const here = crowd!;
      const everybody = [...clients.visitors, clients.agent, clients.tab, clients.programs, clients.crowd];
      for (const door of everybody) door.cut(100);
      return { what: `${here.size} sockets of a crowd and all others reconnect at once`, holdMs: 100, lift: () => here.leave() };
    },
  },
];
