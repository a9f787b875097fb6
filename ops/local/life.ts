import { ConfigError } from '@careline/kit/config';
import { endInTime, giveBackWhenQuiet } from '@careline/kit/process';

/** What the process says to `npm start`, when that is its parent; nobody listens otherwise. */
export function tellParent(message: Record<string, unknown>): void {
  process.send?.(message);
}

/**
 * The life of one of our processes: `start` gives the way to end it; a signal, or the death of the
 * parent, ends it once. A failed start leaves with code 1 and its reason, as does an end that does not come within `endWithinMs`.
 */
export async function live(start: () => Promise<() => Promise<void>>, endWithinMs?: number): Promise<void> {
  let isEnding = false;
  let end: (() => Promise<void>) | null = null;
  const leave = async () => {
    if (isEnding) return;
    isEnding = true;
    endInTime(fail, endWithinMs);
    await end?.();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(signal, () => void leave().catch(fail));
  try {
    end = await start();
    giveBackWhenQuiet();
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): never {
  const isPlain = error instanceof ConfigError || error instanceof PlainError;
  process.stderr.write(`${isPlain ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}

/** A refusal to start whose message says everything a person needs. */
export class PlainError extends Error {}
