import type { Random } from '../../harness/random.ts';
import type { World } from './world.ts';

/** What one fault does: something breaks now, stays broken for `holdMs`, and is mended by `lift`. */
export interface Strike {
  what: string;
  holdMs: number;
  lift(): Promise<void>;
}

export interface Fault {
  id: string;
  /** `round` counts the times from 0: some faults have several forms. */
  strike(world: World, random: Random, round: number): Promise<Strike>;
}
