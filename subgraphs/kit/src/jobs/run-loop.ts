import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../observe/index.ts';
import type { Clock, Loop, Stoppable } from '../time/index.ts';

export interface RunningLoop extends Stoppable {
  /** Ends the present rest, so that the next step begins at once. */
  wake(): void;
}

const BACKOFF_LIMIT_MS = 5_000;
/** A step that waits for what is gone may wait for ever. One given up is like one that crashed: whoever comes next takes it up. */
const LAST_STEP_MS = 5_000;

/**
 * Runs the steps of a loop one after the other until it is stopped, which waits for the last one, but not for longer than five
 * seconds. A step that throws is logged and tried again, slower each time.
 */
export function runLoop(loop: Loop, { clock, log }: { clock: Clock; log: Logger }): RunningLoop {
  if (clock.adopt) return { ...clock.adopt(loop), wake: () => undefined };
  const rest = new Rest();
  let isStopped = false;
  const finished = (async () => {
    let failures = 0;
    while (!isStopped) {
      let hasMore = false;
      try {
        hasMore = await loop.step();
        failures = 0;
      } catch (error) {
        failures += 1;
        if (!isStopped) log.error({ err: error, loop: loop.name, failures }, 'a step failed and will be tried again');
      }
      if (failures > 0) await rest.take(Math.min(100 * 2 ** failures, BACKOFF_LIMIT_MS));
      else if (!hasMore) await rest.take(loop.everyMs);
    }
    await loop.end?.();
  })();
  return {
    wake: () => rest.end(),
    async stop() {
      isStopped = true;
      loop.interrupt?.();
      rest.close();
      await Promise.race([finished, delay(LAST_STEP_MS, null, { ref: false })]);
    },
  };
}

/** A pause that can be cut short, also before it begins. */
class Rest {
  #wake: (() => void) | null = null;
  #isWoken = false;
  #isClosed = false;

  take(ms: number): Promise<void> {
    if (this.#isWoken || this.#isClosed) {
      this.#isWoken = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.end(), ms);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
    });
  }

  end(): void {
    if (this.#wake) this.#wake();
    else this.#isWoken = true;
  }

  close(): void {
    this.#isClosed = true;
    this.end();
  }
}
