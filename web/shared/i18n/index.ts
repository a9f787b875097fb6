import { createI18n } from 'vue-i18n';
import type { Locale } from '../../gql/graphql.ts';
import { en } from './en/index.ts';
import { zhCN } from './zh-CN/index.ts';

export type Words = typeof zhCN;

export const i18n = createI18n<[Words], 'zh-CN' | 'en', false>({
  legacy: false,
  locale: 'zh-CN',
  fallbackLocale: 'zh-CN',
  messages: { 'zh-CN': zhCN, en: en as Words },
});

/** Speaks this language from now on, on screen and in `lang`. */
export function setLanguage(locale: Locale): void {
  const tag = locale === 'EN' ? 'en' : 'zh-CN';
  i18n.global.locale.value = tag;
  document.documentElement.lang = tag;
}

/** The language as `Accept-Language`. */
export function currentLanguage(): string {
  return i18n.global.locale.value;
}
