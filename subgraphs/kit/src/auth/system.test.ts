import { expect, it } from 'vitest';
import { MINUTE } from '../time/index.ts';
import { readIdentity, signIdentity, systemIdentity } from './index.ts';

const SECRET = Buffer.alloc(32, 1);

it.each([
  ['ten minutes ahead', 10 * MINUTE, true],
  ['ten minutes behind', -10 * MINUTE, true],
  ['an hour ahead', 60 * MINUTE, false],
])('a question of the system is believed by a machine whose clock is %s', (_name, offset, isBelieved) => {
  const now = Date.parse('2026-11-28T12:00:00Z');
  const header = signIdentity(systemIdentity('gateway', now), SECRET);
  expect(readIdentity(header, SECRET, now + offset) !== null).toBe(isBelieved);
});
