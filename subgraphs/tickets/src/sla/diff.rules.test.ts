import { expect, it } from 'vitest';
import { unifiedDiff } from './diff.rules.ts';

const lines = (count: number, of: (index: number) => string) => `${Array.from({ length: count }, (_, index) => of(index)).join('\n')}\n`;

it('shows what differs with three lines around it', () => {
  const from = lines(20, String);
  expect(unifiedDiff(from, from.replace('\n10\n', '\nten\n'), 'v1', 'v2')).toEqual({
    unified: '--- v1\n+++ v2\n@@ -8,7 +8,7 @@\n 7\n 8\n 9\n-10\n+ten\n 11\n 12\n 13\n', addedCount: 1, removedCount: 1,
  });
});

it('finds one changed line of a text with fifty thousand', () => {
  const from = lines(50_000, String);
  expect(unifiedDiff(from, from.replace('\n30000\n', '\nhere\n'), 'v1', 'v2')).toMatchObject({ addedCount: 1, removedCount: 1 });
});

it('gives two long texts that have nothing in common as a whole, and takes no time for it', () => {
  expect(unifiedDiff(lines(50_000, (index) => `a${index}`), lines(50_000, (index) => `b${index}`), 'v1', 'v2')).toMatchObject({ addedCount: 50_000, removedCount: 50_000 });
});
