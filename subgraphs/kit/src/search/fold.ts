/** A text as it is shown, and the form in which texts are compared: without case, width and line breaks. */
export interface Folded {
  shown: string;
  letters: readonly string[];
  /** Where in `shown` each letter begins, in UTF-16 units; one entry more for the end. */
  at: readonly number[];
}

const ONE_LINE = /\s+/g;
const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const LETTER = /[\p{L}\p{N}\p{M}]/u;
const CACHE_MAX = 65_536;

export type LetterKind = 'CJK' | 'WORD' | 'NONE';
interface Known {
  folded: readonly string[];
  kind: LetterKind;
}
const known = new Map<string, Known>();

function look(letter: string): Known {
  let found = known.get(letter);
  if (!found) {
    if (known.size >= CACHE_MAX) known.clear();
    found = { folded: [...letter.normalize('NFKC').toLowerCase()], kind: CJK.test(letter) ? 'CJK' : LETTER.test(letter) ? 'WORD' : 'NONE' };
    known.set(letter, found);
  }
  return found;
}

/** What a folded letter is: of a script without gaps between words, of a word or number, or neither. */
export const kindOf = (letter: string): LetterKind => look(letter).kind;

/** The text in its comparable form. Folded letter by letter, so that a part of a text folds to a part of its form. */
export function fold(text: string): Folded {
  const shown = text.normalize('NFC').replace(ONE_LINE, ' ').trim();
  const letters: string[] = [];
  const at: number[] = [];
  let place = 0;
  for (const letter of shown) {
    for (const one of look(letter).folded) {
      letters.push(one);
      at.push(place);
    }
    place += letter.length;
  }
  at.push(place);
  return { shown, letters, at };
}

/** The words somebody searches for, folded: what stands between blanks, each once. */
export function termsOf(text: string): string[] {
  return [...new Set(fold(text).letters.join('').split(ONE_LINE).filter(Boolean))];
}
