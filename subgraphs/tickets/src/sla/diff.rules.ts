/** Differences between two texts, as editors show them. */
export interface UnifiedDiff {
  unified: string;
  addedCount: number;
  removedCount: number;
}

const CONTEXT = 3;

type Line = readonly [mark: ' ' | '-' | '+', text: string];

/** Beyond this many pairs of lines two texts are shown as one taken away and one put in. */
const PAIRS_MAX = 4_000_000;

/** Lines of both texts in one order; what they begin and end with in common is not compared. */
function align(a: readonly string[], b: readonly string[]): Line[] {
  const shorter = Math.min(a.length, b.length);
  let [begin, end] = [0, 0];
  while (begin < shorter && a[begin] === b[begin]) begin += 1;
  while (end < shorter - begin && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const same = (lines: readonly string[]): Line[] => lines.map((text) => [' ', text]);
  return [...same(a.slice(0, begin)), ...compare(a.slice(begin, a.length - end), b.slice(begin, b.length - end)), ...same(a.slice(a.length - end))];
}

/** Lines of both texts in one order, by their longest common subsequence. */
function compare(a: readonly string[], b: readonly string[]): Line[] {
  if (a.length * b.length > PAIRS_MAX) return [...a.map((text): Line => ['-', text]), ...b.map((text): Line => ['+', text])];
  const common = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) common[i]![j] = a[i] === b[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push([' ', a[i]!]);
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && common[i + 1]![j]! >= common[i]![j + 1]!)) lines.push(['-', a[i++]!]);
    else lines.push(['+', b[j++]!]);
  }
  return lines;
}

/** The unified diff of two texts with three lines of context; empty when they are equal. */
export function unifiedDiff(from: string, to: string, fromName: string, toName: string): UnifiedDiff {
  const lines = align(from.replace(/\n$/, '').split('\n'), to.replace(/\n$/, '').split('\n'));
  const changed = lines.flatMap(([mark], index) => (mark === ' ' ? [] : [index]));
  const hunks: [number, number][] = [];
  for (const index of changed) {
    const last = hunks.at(-1);
    if (last && index - CONTEXT <= last[1]) last[1] = Math.min(lines.length, index + CONTEXT + 1);
    else hunks.push([Math.max(0, index - CONTEXT), Math.min(lines.length, index + CONTEXT + 1)]);
  }
  const count = (upTo: number, without: '-' | '+') => lines.slice(0, upTo).filter(([mark]) => mark !== without).length;
  const text = hunks.map(([begin, end]) => {
    const part = lines.slice(begin, end);
    const size = (without: '-' | '+') => part.filter(([mark]) => mark !== without).length;
    return [`@@ -${count(begin, '+') + 1},${size('+')} +${count(begin, '-') + 1},${size('-')} @@`, ...part.map(([mark, line]) => `${mark}${line}`)].join('\n');
  });
  return {
    unified: changed.length === 0 ? '' : `--- ${fromName}\n+++ ${toName}\n${text.join('\n')}\n`,
    addedCount: lines.filter(([mark]) => mark === '+').length, removedCount: lines.filter(([mark]) => mark === '-').length,
  };
}
