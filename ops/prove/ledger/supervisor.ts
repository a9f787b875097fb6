import { setTimeout as rest } from 'node:timers/promises';
import type { Part } from '../../harness/system.ts';

const TRIES = 8;
const PAUSE_MS = 500;

/** Keeps processes running as a supervisor of a machine does; of two faults that hit one process each waits for its turn. */
export class Supervisor {
  readonly #turns = new Map<Part, Promise<unknown>>();
  /** Starts that failed, because something they need was away at that moment. */
  failedStarts = 0;

  kill(part: Part): Promise<void> {
    return this.#inTurn(part, () => part.kill());
  }

  /** Starts a dead process again, as often as it takes; leaves a living one alone. */
  revive(part: Part): Promise<void> {
    return this.#inTurn(part, () => this.#start(part));
  }

  /** Asks it to end and starts it again. */
  restart(part: Part): Promise<void> {
    return this.#inTurn(part, async () => {
      await part.kill('SIGTERM');
      await this.#start(part);
    });
  }

  async #start(part: Part): Promise<void> {
    for (let tries = 1; !part.isAlive; tries += 1) {
      try {
        await part.start();
      } catch (error) {
        this.failedStarts += 1;
        if (tries === TRIES) throw error;
        await part.kill();
        await rest(PAUSE_MS);
      }
    }
  }

  #inTurn<T>(part: Part, act: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(part) ?? Promise.resolve();
    const turn = before.then(act, act);
    this.#turns.set(part, turn);
    return turn;
  }
}
