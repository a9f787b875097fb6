export interface Match {
  /** Pieces of the label, those that matched marked. */
  parts: Array<{ text: string; isHit: boolean }>;
  score: number;
}

/** How a query matches a label or its pinyin (`zhuan jie`, initials `zj`). Null: not at all. Smaller scores stand higher. */
export function matchLabel(label: string, pinyin: string, query: string): Match | null {
  const asked = query.trim().toLowerCase();
  if (!asked) return { parts: [{ text: label, isHit: false }], score: 0 };
  const at = label.toLowerCase().indexOf(asked);
  if (at >= 0) {
    const parts = [
      { text: label.slice(0, at), isHit: false }, { text: label.slice(at, at + asked.length), isHit: true }, { text: label.slice(at + asked.length), isHit: false },
    ].filter((part) => part.text);
    return { parts, score: at };
  }
  const syllables = pinyin.toLowerCase().split(' ').filter(Boolean);
  const flat = asked.replaceAll(/[\s']/g, '');
  const hit = matchSyllables(syllables, flat);
  if (!hit) return null;
  return {
    parts: [{ text: label.slice(0, hit.from), isHit: false }, { text: label.slice(hit.from, hit.to), isHit: true }, { text: label.slice(hit.to), isHit: false }].filter((part) => part.text),
    score: 10 + hit.from,
  };
}

/** One syllable stands for one Chinese character; each may be typed whole, begun, or by its initial. */
function matchSyllables(syllables: readonly string[], asked: string): { from: number; to: number } | null {
  for (let from = 0; from < syllables.length; from += 1) {
    const to = eat(syllables, from, asked);
    if (to !== null) return { from, to };
  }
  return null;
}

function eat(syllables: readonly string[], index: number, rest: string): number | null {
  if (!rest) return index;
  const syllable = syllables[index];
  if (!syllable) return null;
  for (let length = Math.min(syllable.length, rest.length); length > 0; length -= 1) {
    if (!rest.startsWith(syllable.slice(0, length))) continue;
    const end = eat(syllables, index + 1, rest.slice(length));
    if (end !== null) return end;
  }
  return null;
}
