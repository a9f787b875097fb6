import { createHmac } from 'node:crypto';
import { Jieba } from '@node-rs/jieba';
import { dict } from '@node-rs/jieba/dict.js';
import type { Keyring } from './keyring.ts';

let segmenter: Jieba | null = null;

/** The words of a text for search: segmented Chinese, lower-cased, without punctuation, each once, in order of appearance. */
export function searchWords(text: string): string[] {
  segmenter ??= Jieba.withDict(dict);
  const words = segmenter.cutForSearch(text.normalize('NFKC').toLowerCase(), true);
  return [...new Set(words.map((word) => word.trim()).filter((word) => /[\p{L}\p{N}]/u.test(word)))];
}

/** The words of a text as 8-byte HMACs: found again by who holds the key, meaningless to who reads the database. */
export function searchTokens(keyring: Keyring, text: string): Buffer[] {
  const secret = keyring.secret('search');
  return searchWords(text).map((word) => createHmac('sha256', secret).update(word).digest().subarray(0, 8));
}
