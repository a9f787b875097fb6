import { expect, it } from 'vitest';
import { Acknowledged } from './acknowledged.ts';

const added = (from: number, ...offsets: number[]) => {
  const acknowledged = new Acknowledged(from);
  for (const offset of offsets) acknowledged.add(offset);
  return acknowledged;
};
const facts = (acknowledged: Acknowledged) => [acknowledged.next, acknowledged.beyond, acknowledged.describe(100)];

it.each([
  ['nothing', added(5), [5, 0, '']],
  ['what comes in order', added(5, 5, 6), [7, 0, '']],
  ['what comes out of order', added(5, 7, 9, 8, 12), [5, 4, '7-9 12']],
  ['what closes a gap', added(5, 7, 6, 9, 5), [8, 1, '9']],
  ['what was known', added(5, 3, 5, 5), [6, 0, '']],
])('remembers %s, and so does who reads it', (_name, acknowledged, expected) => {
  expect(facts(acknowledged)).toEqual(expected);
  expect(facts(Acknowledged.read(acknowledged.next, acknowledged.describe(100)))).toEqual(expected);
});

it('joins what two have acknowledged, also where one is far ahead', () => {
  const one = added(5, 7, 20);
  one.join(added(8, 9, 12));
  expect(facts(one)).toEqual([8, 3, '9 12 20']);
  one.join(added(20));
  expect(facts(one)).toEqual([21, 0, '']);
});

it('leaves out what does not fit', () => {
  expect(added(0, 2, 4, 6, 8).describe(5)).toBe('2 4 6');
});
