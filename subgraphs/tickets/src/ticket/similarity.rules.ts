/** From here on two texts are said to be about the same. */
export const SIMILAR_FROM = 0.4;
const COMPARED_CHARS = 2_000;
/** With fewer pairs a text is too short to be compared: two words in common would mean nothing. */
const PAIRS_MIN = 4;

/** The pairs of neighbouring letters, digits and characters of a text, whatever its case, width and punctuation. */
export function pairsOf(text: string): Set<string> {
  const pairs = new Set<string>();
  for (const run of text.normalize('NFKC').toLowerCase().slice(0, COMPARED_CHARS).match(/[\p{L}\p{N}]+/gu) ?? []) {
    const letters = [...run];
    for (let at = 1; at < letters.length; at += 1) pairs.add(letters[at - 1]! + letters[at]!);
  }
  return pairs;
}

/**
 * How much of the shorter text stands in the longer one too, 0 to 1 (the overlap coefficient of their letter pairs): what is
 * still being typed is compared with whole texts. 0 when either is too short to tell.
 */
export function similarity(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const [few, many] = one.size < other.size ? [one, other] : [other, one];
  if (few.size < PAIRS_MIN) return 0;
  let shared = 0;
  for (const pair of few) if (many.has(pair)) shared += 1;
  return shared / few.size;
}
