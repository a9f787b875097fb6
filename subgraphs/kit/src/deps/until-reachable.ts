import { isAway } from '../errors/index.ts';
import type { Logger } from '../observe/index.ts';

const AGAIN_MS = 500;

/** Does `work` again until the engine it needs takes connections, so that processes may start before their engines. Throws whatever else goes wrong. */
export async function untilReachable<T>(work: () => Promise<T>, log: Logger): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isAway(error)) throw error;
      if (tries === 1) log.warn({ err: error }, 'the database does not answer yet');
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
