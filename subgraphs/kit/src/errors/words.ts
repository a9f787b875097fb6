/** A sentence in both languages of the product, kept beside the rule that says it. */
export interface Words {
  zh: string;
  en: string;
}

export type Locale = 'ZH_CN' | 'EN';

/** The sentence in the reader's language. */
export function say(words: Words, locale: Locale): string {
  return locale === 'EN' ? words.en : words.zh;
}
