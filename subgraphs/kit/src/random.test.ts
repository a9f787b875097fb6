import { expect, it } from 'vitest';
import { takeRandom } from './random.ts';

it('gives each byte once, however many are asked for at a time', () => {
  const taken = Array.from({ length: 3_000 }, (_, index) => takeRandom(8 + (index % 25)));
  expect(taken.map(({ length }) => length)).toEqual(taken.map((_, index) => 8 + (index % 25)));
  expect(new Set(taken.map((bytes) => bytes.toString('hex'))).size).toBe(taken.length);
  expect(taken.filter((bytes) => bytes.every((byte) => byte === 0))).toEqual([]);
});

it('keeps what was given when more is taken', () => {
  const first = takeRandom(1_024);
  const copy = Buffer.from(first);
  for (let count = 0; count < 20; count += 1) takeRandom(1_024);
  expect(first.equals(copy)).toBe(true);
});

it.each([1_025, -1, Number.NaN])('refuses %d bytes', (count) => {
  expect(() => takeRandom(count)).toThrow(RangeError);
});
