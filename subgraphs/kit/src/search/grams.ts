import { kindOf } from './fold.ts';

const TRIGRAM = 3;

/**
 * The pieces under which folded letters are found: pairs where at least one letter is Chinese, Japanese or Korean, threes
 * of all other words and numbers. A word's first two letters are one piece more, for who searches just those.
 */
export function gramsOf(letters: readonly string[]): Set<string> {
  const grams = new Set<string>();
  forEachRun(letters, (run) => {
    for (let place = 1; place < run.length; place += 1) {
      if (kindOf(run[place - 1]!) === 'CJK' || kindOf(run[place]!) === 'CJK') grams.add(run[place - 1]! + run[place]!);
    }
    forEachWord(run, (word) => {
      if (word.length > 1) grams.add(beginning(word));
      addTrigrams(grams, word);
    });
  });
  return grams;
}

/** The pieces that every text with this term has; none for a term too short to be looked up by itself. */
export function gramsOfTerm(term: string): Set<string> {
  const letters = [...term];
  if (isBeginning(term)) return new Set([beginning(letters)]);
  return new Set([...gramsOf(letters)].filter((gram) => !gram.startsWith(BEGIN)));
}

/** Whether a term is only looked for at the beginning of words: two letters or digits. */
export const isBeginning = (term: string): boolean => [...term].length === 2 && [...term].every((letter) => kindOf(letter) === 'WORD');

// No folded letter of a word is a blank, so a beginning is never taken for three letters.
const BEGIN = ' ';
const beginning = (word: readonly string[]) => `${BEGIN}${word[0]}${word[1]}`;

function addTrigrams(grams: Set<string>, word: readonly string[]): void {
  for (let place = TRIGRAM; place <= word.length; place += 1) grams.add(word[place - 3]! + word[place - 2]! + word[place - 1]!);
}

function forEachPart(letters: readonly string[], isInside: (letter: string) => boolean, tell: (part: string[]) => void): void {
  let part: string[] = [];
  for (const letter of letters) {
    if (isInside(letter)) part.push(letter);
    else if (part.length > 0) {
      tell(part);
      part = [];
    }
  }
  if (part.length > 0) tell(part);
}

const forEachRun = (letters: readonly string[], tell: (run: string[]) => void) => forEachPart(letters, (letter) => kindOf(letter) !== 'NONE', tell);
const forEachWord = (run: readonly string[], tell: (word: string[]) => void) => forEachPart(run, (letter) => kindOf(letter) === 'WORD', tell);
