import type { Clock, Instant, Loop, Stoppable } from '../time/index.ts';

/** A clock that stands still until it is moved, and holds all loops: relays, consumers and jobs step only when told. */
export class ManualClock implements Clock {
  #now: Instant;
  readonly #loops = new Set<Loop>();
  readonly #dueAt = new Map<Loop, Instant>();

  constructor(startAt: Instant) {
    this.#now = startAt;
  }

  now(): Instant {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }

  set(at: Instant): void {
    this.#now = at;
  }

  adopt(loop: Loop): Stoppable {
    this.#loops.add(loop);
    this.#dueAt.set(loop, this.#now);
    return {
      stop: async () => {
        if (this.#loops.delete(loop)) await loop.end?.();
      },
    };
  }

  /** Steps relays and consumers in turn until a whole round finds nothing. Throws when that takes over a thousand rounds. */
  async drainEvents(): Promise<void> {
    for (let round = 0; round < 1_000; round += 1) {
      let isIdle = true;
      for (const loop of this.#loops) if (loop.kind === 'events' && (await stepUntilIdle(loop))) isIdle = false;
      if (isIdle) return;
    }
    throw new Error('events cause events without end');
  }

  /** Runs each job whose period has passed since its last run, once. The first call runs all. */
  async runJobs(): Promise<void> {
    for (const loop of this.#loops) {
      if (loop.kind !== 'job' || this.#dueAt.get(loop)! > this.#now) continue;
      this.#dueAt.set(loop, this.#now + loop.everyMs);
      await loop.step();
    }
  }
}

async function stepUntilIdle(loop: Loop): Promise<boolean> {
  let hasWorked = false;
  while (await loop.step()) hasWorked = true;
  return hasWorked;
}
