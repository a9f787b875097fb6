import { Random } from '../../harness/random.ts';

const WORDS = 20_000;
const FIRST_HAN = 0x4e00;
const HAN = 3_000;
const SYLLABLES = ['ba', 'ce', 'di', 'fo', 'gu', 'ha', 'je', 'ki', 'lo', 'mu', 'na', 'pe', 'ri', 'so', 'tu', 'va', 'we', 'xi', 'yo', 'zu', 'ster', 'ment', 'ling', 'tion'];

function makeWords(seed: number, make: (random: Random) => string): string[] {
  const random = new Random(seed);
  const words = new Set<string>();
  while (words.size < WORDS) words.add(make(random));
  return [...words];
}

const han = (random: Random) => String.fromCodePoint(FIRST_HAN + Math.floor(HAN * random.next() ** 2));
const ZH = makeWords(1, (random) => Array.from({ length: random.next() < 0.7 ? 2 : 3 }, () => han(random)).join(''));
const EN = makeWords(2, (random) => Array.from({ length: 1 + Math.floor(random.next() * 4) }, () => random.pick(SYLLABLES)).join(''));

/** A word by how common it is: the rank is drawn so that a few words make up most of what is said, as people speak. */
const wordFrom = (words: readonly string[], random: Random) => words[Math.floor(words.length ** random.next()) - 1] ?? words[0]!;

/** What stands at one place of a made-up past: the same text whenever it is asked for. Every other one is Chinese. */
export function sayingAt(place: number): string {
  const random = new Random(place * 2_654_435_761 + 17);
  const isChinese = place % 2 === 0;
  const count = 5 + Math.floor(random.next() * 10);
  const words = Array.from({ length: count }, () => wordFrom(isChinese ? ZH : EN, random));
  return isChinese ? words.join('').replace(/(.{9})/gu, '$1，') : `${words.join(' ')}.`;
}

/** Something the index can be asked for: two Chinese letters in a row, or three others. */
const CAN_BE_ASKED = /\p{Script=Han}{2}|[a-z]{3}/u;

export type QueryKind = 'common' | 'usual' | 'rare' | 'two words' | 'part' | 'phrase' | 'absent';

export interface Query {
  kind: QueryKind;
  text: string;
}

/** Questions about a past of `size` texts: of all kinds, in both languages. */
export function makeQueries(size: number, count: number): Query[] {
  const random = new Random(size + 5);
  const makers: Record<QueryKind, (words: readonly string[], saying: string) => string> = {
    common: (words) => words[Math.floor(random.next() * 10)]!,
    usual: (words) => words[100 + Math.floor(random.next() * 900)]!,
    rare: (words) => words[10_000 + Math.floor(random.next() * 10_000)]!,
    'two words': (words, saying) => `${part(saying, random, 2, 4)} ${part(saying, random, 2, 4)}`,
    part: (_words, saying) => part(saying, random, 3, 4),
    phrase: (_words, saying) => part(saying, random, 6, 12),
    absent: (words) => `${random.pick(words)}${random.pick(words)}${random.pick(words)}`,
  };
  const kinds = Object.keys(makers) as QueryKind[];
  const queries: Query[] = [];
  while (queries.length < count) {
    const kind = kinds[queries.length % kinds.length]!;
    const place = Math.floor(random.next() * size);
    const text = makers[kind](place % 2 === 0 ? ZH : EN, sayingAt(place)).trim();
    if (CAN_BE_ASKED.test(text)) queries.push({ kind, text });
  }
  return queries;
}

/** Some letters in a row that stand in a text, without a sign at either end. */
function part(saying: string, random: Random, least: number, most: number): string {
  const letters = [...saying];
  const length = least + Math.floor(random.next() * (most - least + 1));
  const from = Math.floor(random.next() * Math.max(1, letters.length - length));
  return letters.slice(from, from + length).join('').replace(/^[\s，.]+|[\s，.]+$/g, '');
}

/** Whether a text holds all words of a query: the answer of a scan, which knows nothing of the index. */
export function holds(text: string, query: string): boolean {
  return query.split(' ').every((word) => {
    if (/^[a-z]{2}$/.test(word)) return new RegExp(`(^|[^a-z])${word}`).test(text);
    return text.includes(word);
  });
}
