import { expect, it } from 'vitest';
import { isQuiet } from './notice.ts';

it.each([
  ['22:00', '08:00', 21, 59, false], ['22:00', '08:00', 22, 0, true], ['22:00', '08:00', 7, 59, true], ['22:00', '08:00', 8, 0, false],
  ['12:00', '13:00', 12, 30, true], ['12:00', '13:00', 13, 0, false], [null, '08:00', 3, 0, false], ['08:00', '08:00', 8, 0, false],
])('is quiet from %s to %s at %i:%i: %s', (from, to, hour, minute, expected) => {
  expect(isQuiet(new Date(2026, 10, 23, hour, minute), from, to)).toBe(expected);
});
