import type { FaultProxy } from '../../harness/fault-proxy.ts';
import type { Trouble } from '../../harness/fault-line.ts';
import type { Random } from '../../harness/random.ts';
import { seconds, type Fault, type Strike } from './fault.ts';
import { poison } from './poison.ts';
import type { World } from './world.ts';

const STEP_MS = 10 * 60_000;
const DELAY_MS = 500;
const RESET_SHARE = 0.2;
/** Of the commits under way, this share never learns what became of it. */
const CUT_SHARE = 0.15;

/** A process whose clock is wrong: by round the one that numbers messages, ahead and behind, then any other. */
function wrongClock(world: World, random: Random, round: number): Strike {
  const { conversations, parts } = world.system;
  const part = round < 2 ? conversations[0]! : random.pick(parts);
  const offsetMs = round === 0 || (round > 1 && random.next() < 0.5) ? STEP_MS : -STEP_MS;
  world.doors.shiftClock(part.name, offsetMs);
  const what = `clock of ${part.name} ${offsetMs > 0 ? '+' : '-'}10 min`;
  return { what, holdMs: seconds(random, 6, 10), lift: async () => world.doors.shiftClock(part.name, 0) };
}

function badNetwork(doors: readonly FaultProxy[], random: Random): Strike {
  const strike = () => doors.forEach((door) => door.reset(() => random.next() < RESET_SHARE));
  for (const door of doors) door.delay(DELAY_MS);
  strike();
  const again = setInterval(strike, 1_000);
  return {
    what: '500 ms more and a fifth of the connections reset between gateways and subgraphs', holdMs: seconds(random, 6, 10),
    lift: async () => {
      clearInterval(again);
      for (const door of doors) door.heal();
    },
  };
}

/** Ends the packet that commits; what a transaction left for later stands before it. */
const COMMIT = Buffer.from('COMMIT');
const isCommit = (chunk: Buffer) => chunk.subarray(-COMMIT.length).equals(COMMIT);
const DOOMED = 1;

/** Cuts lines to the database around COMMIT: before it arrives, after it was sent, or after it was done and before that is said. */
function cutAroundCommit(random: Random, share: number, onCut: () => void): NonNullable<Trouble['watch']> {
  return (line, way, chunk) => {
    if (line.mark === DOOMED) return way === 'up';
    if (way === 'down' || !isCommit(chunk) || random.next() >= share) return true;
    onCut();
    const form = random.next();
    if (form < 0.2) return false;
    line.mark = DOOMED;
    if (form < 0.5) setImmediate(() => line.destroy());
    return true;
  };
}

function unknownOutcome({ doors }: World, random: Random): Strike {
  // The processes that answer people; all of them in the one-process shape.
  const lines = doors.between(/^(conversations-api|tickets-api|api)>mariadb$/);
  const strike: Strike = { what: '', holdMs: seconds(random, 5, 8), lift: async () => lines.forEach((door) => door.heal()) };
  let cuts = 0;
  const watch = cutAroundCommit(random, CUT_SHARE, () => {
    cuts += 1;
    strike.what = `${cuts} commits cut between subgraph and MariaDB before the answer`;
  });
  for (const door of lines) door.watch(watch);
  return strike;
}

export const LINE_FAULTS: readonly Fault[] = [
  { id: 'F16', strike: async (world, random, round) => wrongClock(world, random, round) },
  { id: 'F17', needsMany: true, strike: async ({ doors }, random) => badNetwork(doors.between(/^gateway-\d>(?!redis)/), random) },
  { id: 'F18', strike: async (world, random) => unknownOutcome(world, random) },
  { id: 'F19', strike: poison },
];
