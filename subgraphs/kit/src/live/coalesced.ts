/**
 * Lets work that catches up with something run as often as needed, but never twice at a time: calls during a run share one
 * run more, which begins after the present one. The promise settles when nothing more is wanted, and fails with the work.
 */
export function coalesced(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let isWanted = false;
  async function run(): Promise<void> {
    try {
      while (isWanted) {
        isWanted = false;
        await work();
      }
    } finally {
      // In the same step as the last look at `isWanted`: a call in between would be lost.
      running = null;
    }
  }
  return () => {
    isWanted = true;
    running ??= run();
    return running;
  };
}
