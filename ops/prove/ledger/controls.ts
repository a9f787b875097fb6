import { rmSync } from 'node:fs';
import { setTimeout as rest } from 'node:timers/promises';
import { breakBuild, type FaultName } from '../../harness/broken-build.ts';
import { FAULTS } from './faults.ts';
import { run } from './run.ts';
import type { Tracker } from './tracker.ts';

export interface Control {
  name: string;
  /** The guarantee that is taken out of the build; null: out of the database. */
  build: FaultName | null;
  fault: string;
}

/** Systems without one guarantee, each under the fault that needs it. A checker that finds nothing here finds nothing anywhere. */
export const CONTROLS: readonly Control[] = [
  { name: 'flush-off', build: null, fault: 'F5' },
  { name: 'idempotency-off', build: 'unique-key', fault: 'F18' },
  { name: 'hints-only', build: 'hints-only', fault: 'F4' },
  { name: 'order-by-time', build: 'order-by-time', fault: 'F16' },
];

const BEFORE_MS = 2_000;
/** A build without a guarantee may miss what is said before its screens are open, which on a busy machine is later than people begin. */
const TRIES = 10;
const PATIENCE = { patienceMs: 3_000, settleMs: 5_000 };

/** True when all that is said in two seconds is stored and on every screen. */
async function isSound(tracker: Tracker): Promise<boolean> {
  tracker.forget();
  await rest(BEFORE_MS);
  return tracker.settled(performance.now(), PATIENCE.patienceMs);
}

/** Runs one control; true when the checker found what it should. */
export async function runControl({ name, build, fault: id }: Control, seed: number): Promise<boolean> {
  const fault = FAULTS.find((one) => one.id === id)!;
  const root = build && breakBuild(build);
  try {
    console.log(`control ${name} with ${id}`);
    const measure = { shape: 'one' as const, rate: 120, conversations: 8, creators: 2, isDurable: build !== null, isPlain: true, ...(root ? { root } : {}) };
    let isSoundInPeace = false;
    const { verdict } = await run(measure, seed, async (driver, { tracker, screens }) => {
      // Without the fault nobody would notice: else it is not the fault that the checker sees.
      for (let tries = 0; !isSoundInPeace && tries < TRIES; tries += 1) isSoundInPeace = await isSound(tracker);
      screens.live();
      await driver.oneByOne([fault], 2);
    }, PATIENCE);
    for (const finding of verdict.findings.slice(0, 3)) console.log(`  ${finding}`);
    const { lost, doubled, reordered, phantom, stale } = verdict;
    const isCaught = isSoundInPeace && lost + doubled + reordered + phantom + stale > 0;
    console.log(`control ${name}: ${isCaught ? 'caught' : isSoundInPeace ? 'NOT caught' : 'unsound without any fault'}, lost ${lost} doubled ${doubled} reordered ${reordered} phantom ${phantom} stale ${stale}`);
    return isCaught;
  } finally {
    if (root) rmSync(root, { recursive: true, force: true });
  }
}
