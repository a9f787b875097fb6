import { expect, it } from 'vitest';
import { hasPassed } from './index.ts';

it.each([
  ['just begun', 1_000, false],
  ['a moment before the end', 1_999, false],
  ['exactly at the end', 2_000, true],
  ['set back to before the begin', 999, true],
])('time that is %s', (_name, now, expected) => expect(hasPassed(1_000, 1_000, now)).toBe(expected));
