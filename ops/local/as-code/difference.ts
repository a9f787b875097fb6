import { isSame, type Value } from './shape.ts';

const SHORT_CHARS = 60;
const isPlain = (value: unknown): value is Value => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What changes from one value to the other, field by field; lists and texts of many lines say what goes and what comes. */
export function differences(before: Value, after: Value, path = ''): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const lines = keys.filter((key) => !isSame(before[key], after[key])).flatMap((key) => {
    const [was, is, at] = [before[key], after[key], path + key];
    if (isPlain(was) && isPlain(is)) return differences(was, is, `${at}.`);
    const [old, now] = [said(was), said(is)];
    if (old.length <= SHORT_CHARS && now.length <= SHORT_CHARS) return [`${at}: ${old} -> ${now}`];
    return [`${at}:`, ...changedLines(linesOf(was), linesOf(is))];
  });
  // The same parts in another order: only the order of keys differs, as in a form.
  return lines.length > 0 || isSame(before, after) ? lines : [`${path.slice(0, -1) || 'fields'}: ${Object.keys(before).join(', ')} -> ${Object.keys(after).join(', ')}`];
}

const said = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value));

function linesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(said);
  return typeof value === 'string' ? value.replace(/\n$/, '').split('\n') : value === null || value === undefined ? [] : [said(value)];
}

/** The lines between the first and the last that differ: those that go, then those that come. */
function changedLines(before: readonly string[], after: readonly string[]): string[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < before.length - head && tail < after.length - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return [...before.slice(head, before.length - tail).map((line) => `  - ${line}`), ...after.slice(head, after.length - tail).map((line) => `  + ${line}`)];
}
