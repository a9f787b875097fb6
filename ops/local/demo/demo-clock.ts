import type { Clock, Loop, Stoppable } from '@careline/kit/time';

/** The clock under which the demo's past happens, in whole milliseconds as every clock. Loops wait for the real clock: nothing runs behind the story. */
export class DemoClock implements Clock {
  #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  moveTo(instant: number): void {
    this.#now = Math.round(instant);
  }

  pass(ms: number): void {
    this.#now += Math.round(ms);
  }

  adopt(_loop: Loop): Stoppable {
    return { stop: async () => {} };
  }
}
