/** What something is found by. */
export interface Findable {
  label: string;
  /** One syllable for each Chinese character and each Latin word, with blanks between. */
  pinyin: string;
  shortcut: string | null;
}

/**
 * How well a search fits, smaller is better; null: not at all. `tk`, `tuik` and 退款 find 申请退款.
 * A shortcut stands before a title, the beginning of a title before its middle.
 */
export function rankOf({ label, pinyin, shortcut }: Findable, search: string): number | null {
  const asked = search.trim().toLowerCase().replace(/\s+/g, ' ');
  if (asked === '' || shortcut === asked) return 0;
  if (shortcut?.startsWith(asked)) return 1;
  const at = label.toLowerCase().indexOf(asked);
  if (at >= 0) return at === 0 ? 2 : 4;
  const syllables = pinyin.split(' ');
  const flat = asked.replaceAll(/[\s']/g, '');
  const from = syllables.findIndex((_syllable, place) => isEaten(syllables, place, flat));
  return from < 0 ? null : from === 0 ? 3 : 5;
}

/** Whether the asked letters are the beginnings of the syllables from `place` on, one after the other. */
function isEaten(syllables: readonly string[], place: number, asked: string): boolean {
  // Places in `asked` that the syllables so far may have led to: few, and each looked at once.
  let reached = new Set([0]);
  for (let next = place; next < syllables.length && reached.size > 0; next += 1) {
    const further = new Set<number>();
    for (const from of reached) {
      const syllable = syllables[next]!;
      for (let length = 1; length <= syllable.length && asked.startsWith(syllable.slice(0, length), from); length += 1) {
        if (from + length === asked.length) return true;
        further.add(from + length);
      }
    }
    reached = further;
  }
  return false;
}
