import { createHmac } from 'node:crypto';
import type { Keyring } from '../crypto/index.ts';
import { appError } from '../errors/index.ts';
import { fold, termsOf } from './fold.ts';
import { gramsOf, gramsOfTerm } from './grams.ts';

/** What somebody searches for: the terms that a text must hold, and tokens by which such texts are found. */
export interface Wanted {
  terms: readonly string[];
  tokens: readonly number[];
}

const QUERY_MAX = 200;
/** Of longer queries so many are looked up, evenly taken: the text itself decides in the end. */
const TOKENS_MAX = 32;
const BYTES = 4;
const CACHE_MAX = 100_000;
const caches = new WeakMap<Keyring, Map<string, number>>();

// A piece comes again and again: an HMAC for each would cost more than storing the message.
function tokenOf(keyring: Keyring, gram: string): number {
  let cache = caches.get(keyring);
  if (!cache) caches.set(keyring, cache = new Map());
  let token = cache.get(gram);
  if (token === undefined) {
    if (cache.size >= CACHE_MAX) cache.clear();
    token = createHmac('sha256', keyring.secret('search')).update(gram).digest().readUInt32BE(0);
    cache.set(gram, token);
  }
  return token;
}

/** The tokens of a text, four bytes each: found again by who holds the key, meaningless to who reads the database. */
export function packTokens(keyring: Keyring, text: string): Buffer {
  const tokens = [...new Set(Array.from(gramsOf(fold(text).letters), (gram) => tokenOf(keyring, gram)))];
  const packed = Buffer.allocUnsafe(tokens.length * BYTES);
  for (const [place, token] of tokens.entries()) packed.writeUInt32BE(token, place * BYTES);
  return packed;
}

export const unpackTokens = (packed: Buffer): number[] => Array.from({ length: packed.length / BYTES }, (_, place) => packed.readUInt32BE(place * BYTES));

/** The token as it stands in a pack. */
export function packedToken(token: number): Buffer {
  const bytes = Buffer.allocUnsafe(BYTES);
  bytes.writeUInt32BE(token);
  return bytes;
}

/**
 * Reads what somebody typed. Throws BAD_USER_INPUT for nothing, for too much, and when no word of it is long enough to be
 * looked up: two letters at least.
 */
export function readWanted(keyring: Keyring, text: string): Wanted {
  if ([...text].length > QUERY_MAX) throw appError('BAD_USER_INPUT', { words: { zh: `搜索内容最多 ${QUERY_MAX} 个字符。`, en: `Search for at most ${QUERY_MAX} characters.` } });
  const terms = termsOf(text);
  const grams = [...new Set(terms.flatMap((term) => [...gramsOfTerm(term)]))];
  if (grams.length === 0) throw appError('BAD_USER_INPUT', { words: { zh: '请至少输入两个字。', en: 'Type at least two letters of a word.' } });
  return { terms, tokens: [...new Set(spread(grams, TOKENS_MAX).map((gram) => tokenOf(keyring, gram)))] };
}

/** Some of the values, evenly taken. */
function spread<Value>(values: readonly Value[], most: number): Value[] {
  const step = Math.max(1, values.length / most);
  return Array.from({ length: Math.min(most, values.length) }, (_, place) => values[Math.floor(place * step)]!);
}
