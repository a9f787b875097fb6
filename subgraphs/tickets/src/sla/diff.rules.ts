/** Differences between two texts, as editors show them. */
export interface UnifiedDiff {
  unified: string;
  addedCount: number;
  removedCount: number;
}

const CONTEXT = 3;

type Line = readonly [mark: ' ' | '-' | '+', text: string];

/** Lines of both texts in one order, by their longest common subsequence. */
function align(a: readonly string[], b: readonly string[]): Line[] {
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

/** The unified diff of two short texts with three lines of context; empty when they are equal. */
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
