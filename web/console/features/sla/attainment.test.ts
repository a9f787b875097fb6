import { expect, it } from 'vitest';
import { hourPoints, scaleFrom } from './attainment.ts';

it.each<[Array<number | null>, number]>([[[], 0.9], [[null, 0.964], 0.9], [[0.9], 0.9], [[0.899, 1], 0.7], [[0.5], 0.4], [[0], 0]])('begins the scale of %j at %d', (rates, expected) => {
  expect(scaleFrom(rates)).toBe(expected);
});

it('draws a point for each hour that has a rate, the best on top', () => {
  expect(hourPoints([null, 1, null, 0.9], 0.9, 316, 100)).toEqual([{ x: 108, y: 0 }, { x: 308, y: 100 }]);
  expect(hourPoints([0.95], 0.9, 316, 100)).toEqual([{ x: 8, y: 50 }]);
});
