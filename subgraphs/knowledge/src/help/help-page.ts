import { say, type Locale, type Words } from '@careline/kit/errors';
import type { PublicArticle } from '../article/index.ts';
import { HELP_STYLE } from './help-style.ts';

export interface HelpList {
  /** Words searched for; empty: the whole help centre. */
  search: string;
  articles: PublicArticle[];
  /** Cursor of the next page. Null: this is the last. */
  next: string | null;
}

const WORDS = {
  name: { zh: '帮助中心', en: 'Help centre' },
  lead: { zh: '搜索或浏览常见问题的解答。', en: 'Search or browse answers to common questions.' },
  search: { zh: '搜索', en: 'Search' },
  searchHint: { zh: '搜索问题，例如：收不到验证码', en: 'Search, e.g. no verification code' },
  skip: { zh: '跳到正文', en: 'Skip to content' },
  otherLanguage: { zh: 'English', en: '中文' },
  found: { zh: '搜索结果', en: 'Search results' },
  nothing: { zh: '没有找到相关内容。换个说法试试。', en: 'Nothing was found. Try other words.' },
  empty: { zh: '这里还没有内容。', en: 'There is nothing here yet.' },
  more: { zh: '更多', en: 'More' },
  updated: { zh: '更新于', en: 'Updated' },
  missing: { zh: '找不到这个页面', en: 'This page does not exist' },
  missingLead: { zh: '它可能已失效或移走。试试搜索。', en: 'It may have run out or moved. Try a search.' },
} satisfies Record<string, Words>;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as HTML, in element content and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => ENTITIES[letter]!);
}

/** Where the reader is, so that links keep the language and the other language leads to the same place. */
export interface HelpPlace {
  locale: Locale;
  /** Path and query without `lang`. */
  path: string;
  /** Zone in which days are written. */
  timeZone: string;
}

/** The front page, or the answers to a search. */
export function listPage(place: HelpPlace, list: HelpList): string {
  const t = wordsOf(place.locale);
  const items = list.articles.map((article) =>
    `<li><a href="${href(place, `/help/${article.number}`)}"><strong>${escapeHtml(article.title)}</strong><span>${escapeHtml(pathOf(article))}</span></a></li>`);
  const more = list.next === null ? '' : `<p class="more"><a rel="next" href="${href(place, '/help', { q: list.search, after: list.next })}">${t('more')}</a></p>`;
  return layout(place, list.search ? t('found') : t('name'), list.search, `
    <h1>${list.search ? t('found') : t('name')}</h1>
    <p class="lead">${list.search ? escapeHtml(list.search) : t('lead')}</p>
    ${searchBox(place, list.search)}
    ${items.length > 0 ? `<ul class="list">${items.join('')}</ul>${more}` : `<p class="empty" role="status">${t(list.search ? 'nothing' : 'empty')}</p>`}`);
}

/** One article. */
export function articlePage(place: HelpPlace, article: PublicArticle): string {
  const t = wordsOf(place.locale);
  const language = article.locale === 'EN' ? 'en' : 'zh-CN';
  const at = new Date(article.publishedAt);
  const day = new Intl.DateTimeFormat(place.locale === 'EN' ? 'en' : 'zh-CN', { dateStyle: 'long', timeZone: place.timeZone }).format(at);
  return layout(place, article.title, '', `
    ${searchBox(place, '')}
    <article class="sheet" lang="${language}">
      ${article.category ? `<p class="path">${escapeHtml(pathOf(article))}</p>` : ''}
      <h1>${escapeHtml(article.title)}</h1>
      <p class="meta" lang="${tagOf(place.locale)}">${t('updated')} <time datetime="${at.toISOString()}">${escapeHtml(day)}</time> · ${article.number}@${article.versionNumber}</p>
      <div class="text">${article.html}</div>
    </article>`);
}

/** The answer for an address that leads to no article in force. */
export function missingPage(place: HelpPlace): string {
  const t = wordsOf(place.locale);
  return layout(place, t('missing'), '', `<h1>${t('missing')}</h1><p class="lead">${t('missingLead')}</p>${searchBox(place, '')}`);
}

function layout(place: HelpPlace, title: string, search: string, main: string): string {
  const t = wordsOf(place.locale);
  const other: Locale = place.locale === 'EN' ? 'ZH_CN' : 'EN';
  const heading = title === t('name') ? title : `${title} · ${t('name')}`;
  return `<!doctype html>
<html lang="${tagOf(place.locale)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${search ? '<meta name="robots" content="noindex">\n' : ''}<title>${escapeHtml(heading)}</title>
<style>${HELP_STYLE}</style>
</head>
<body>
<a class="skip" href="#main">${t('skip')}</a>
<div class="page">
<header class="bar"><a class="brand" href="${href(place, '/help')}">${t('name')}</a><nav aria-label="${place.locale === 'EN' ? 'Language' : '语言'}"><a class="language" lang="${tagOf(other)}" hreflang="${tagOf(other)}" href="${href({ ...place, locale: other }, place.path)}">${t('otherLanguage')}</a></nav></header>
<main id="main">${main}
</main>
</div>
</body>
</html>
`;
}

function searchBox(place: HelpPlace, value: string): string {
  const t = wordsOf(place.locale);
  return `<form role="search" action="/help" method="get"><input type="search" name="q" maxlength="200" value="${escapeHtml(value)}" aria-label="${t('search')}" placeholder="${t('searchHint')}"><input type="hidden" name="lang" value="${place.locale === 'EN' ? 'en' : 'zh'}"><button type="submit">${t('search')}</button></form>`;
}

function wordsOf(locale: Locale) {
  return (key: keyof typeof WORDS) => say(WORDS[key], locale);
}

function tagOf(locale: Locale): string {
  return locale === 'EN' ? 'en' : 'zh-CN';
}

function pathOf(article: PublicArticle): string {
  return article.category.split('/').join(' / ');
}

function href(place: HelpPlace, path: string, query: Record<string, string> = {}): string {
  const url = new URL(path, 'http://careline.invalid');
  for (const [name, value] of Object.entries(query)) if (value) url.searchParams.set(name, value);
  url.searchParams.set('lang', place.locale === 'EN' ? 'en' : 'zh');
  return escapeHtml(url.pathname + url.search);
}
