/** How many letters must be put in, taken out or changed to make one text of the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}

/** The known word that was probably meant; null when none is near. Case, hyphens and spaces are taken for typing mistakes; of two letters none may differ, or any would be near. */
export function closest(text: string, words: readonly string[]): string | null {
  const bare = (word: string) => word.toLowerCase().replaceAll(/[-_ ]/g, '');
  const ranked = words.map((word) => ({ word, far: distance(bare(text), bare(word)) })).sort((a, b) => a.far - b.far);
  const best = ranked[0];
  return best && text.length > 0 && best.far <= Math.max(best.word.length > 2 ? 1 : 0, Math.floor(best.word.length / 4)) ? best.word : null;
}
