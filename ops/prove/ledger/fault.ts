import type { Random } from '../../harness/random.ts';
import type { World } from './world.ts';

/** Something is broken now; it stays broken for `holdMs` and is mended by `lift`. */
export interface Strike {
  what: string;
  holdMs: number;
  lift(): Promise<void>;
}

export interface Fault {
  id: string;
  /** It hits what lies between processes that are one in the one-process shape. */
  needsMany?: boolean;
  /** What has to be there first and is no trouble yet. */
  prepare?(world: World, random: Random): Promise<void>;
  /** `round` counts the times from 0; some faults take another form each time. */
  strike(world: World, random: Random, round: number): Promise<Strike>;
}

/** Milliseconds between two numbers of seconds. */
export const seconds = (random: Random, from: number, to: number): number => (from + random.next() * (to - from)) * 1_000;

/** The longest freeze: longer than any time-out between our processes. */
const LONG_FREEZE_S = 20;

/** How long the `round`th freeze lasts: the first one is the long one. */
export const freezeMs = (random: Random, round: number): number => (round === 0 ? LONG_FREEZE_S * 1_000 : seconds(random, 5, 8));
