import { randomFillSync } from 'node:crypto';

const pool = Buffer.allocUnsafeSlow(8_192);
const MOST = 1_024;
let used = pool.length;

/**
 * So many bytes from the generator of the system, at most 1,024, each given out once. They are fetched for many at a time: one call
 * for twelve bytes costs more than what they are for.
 */
export function takeRandom(count: number): Buffer {
  if (!(count >= 0 && count <= MOST)) throw new RangeError(`${count} random bytes at once; 0 to ${MOST}`);
  if (used + count > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = Buffer.from(pool.subarray(used, used + count));
  // Nobody who reads memory later finds what was given out.
  pool.fill(0, used, used + count);
  used += count;
  return bytes;
}
