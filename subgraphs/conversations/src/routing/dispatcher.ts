import type { Logger } from '@careline/kit/observe';
import type { Runtime } from '../context.ts';

/**
 * Gives out work of queues, one run for each queue at a time in this process.
 *
 * A burst of triggers becomes at most one more run: the claim in the database is what keeps two
 * processes apart, this only keeps one process from competing with itself.
 */
export class Dispatcher {
  #drain: ((queueId: string) => Promise<void>) | null = null;
  readonly #log: Logger;
  readonly #running = new Map<string, { again: boolean; done: Promise<void> }>();
  #isClosed = false;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Says how a queue is drained; until then nothing is given out here. */
  drainWith(drain: (queueId: string) => Promise<void>): void {
    this.#drain = drain;
  }

  /** Something may be given out in this queue now. Never throws; what fails is found again by the sweep. */
  wake(queueId: string): void {
    if (this.#isClosed || !this.#drain) return;
    const run = this.#running.get(queueId);
    if (run) {
      run.again = true;
      return;
    }
    const state = { again: false, done: Promise.resolve() };
    this.#running.set(queueId, state);
    state.done = this.#run(queueId, state);
  }

  /** Settles when nothing is being given out any more. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  /** Takes no more work and finishes what is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.idle();
  }

  async #run(queueId: string, state: { again: boolean }): Promise<void> {
    try {
      do {
        state.again = false;
        await this.#drain!(queueId);
      } while (state.again && !this.#isClosed);
    } catch (error) {
      this.#log.error({ err: error, queueId }, 'giving out work of a queue failed');
    } finally {
      this.#running.delete(queueId);
    }
  }
}

/** The dispatcher of this process; `routingPart` says how it drains. */
export function dispatcherOf(runtime: Runtime): Dispatcher {
  return new Dispatcher(runtime.log);
}
