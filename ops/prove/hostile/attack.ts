import type { Arena } from './arena.ts';

/** How an attack ended. */
export interface Outcome {
  /** Code of the refusal; what `expected` is compared with. */
  code: string;
  /**
   * From the deciding bytes to the refusal. With `isHeld` it is instead the CPU time that one such line costs the
   * server in each second: those are refused by a time limit, not by an answer.
   */
  ms: number;
}

export type Door = 'http' | 'socket';

/** One row of the table. */
export interface Attack {
  name: string;
  expected: string;
  /** With which trivial exchange its time is compared. */
  door: Door;
  isHeld?: boolean;
  /** How often it is tried in the table; 5 unless it takes long. */
  times?: number;
  run(arena: Arena): Promise<Outcome>;
}

export interface Family {
  name: string;
  attacks: readonly Attack[];
}
