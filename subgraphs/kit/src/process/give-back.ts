import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const LOOK_MS = 1_000;
/** Share of a second in which the event loop worked: more is a load, less is what goes on by itself. */
const BUSY = 0.3;
/** V8 calls little what was made in the last five seconds: the first look clears what the load has left, the second finds that nothing came. */
const QUIET_LOOKS = [2, 8];

/**
 * Gives memory back after a load: V8 lets the nursery of the heap grow while much is made, and shrinks it only at a collection while
 * little is made; a process that has fallen quiet hardly ever collects. So two small collections, a few milliseconds each, are asked for
 * in the first seconds that are quiet. Returns what ends it.
 */
export function giveBackWhenQuiet(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void;
  let before = performance.eventLoopUtilization();
  let quiet = Math.max(...QUIET_LOOKS);
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    quiet = utilization >= BUSY ? 0 : quiet + 1;
    if (QUIET_LOOKS.includes(quiet)) collect({ type: 'minor' });
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
