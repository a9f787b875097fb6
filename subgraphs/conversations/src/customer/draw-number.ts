import { randomInt } from 'node:crypto';

// Without I, L, O, U, so that a number survives being read out.
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A number for people, `C-8F2K-1047`. Drawn, not counted: it tells nobody how many customers there are. */
export function drawNumber(): string {
  const letters = Array.from({ length: 4 }, () => LETTERS[randomInt(32)]).join('');
  return `C-${letters}-${String(randomInt(10_000)).padStart(4, '0')}`;
}
