import type { Db } from '@careline/kit/db';
import type { Page } from '@careline/kit/graphql';
import type { Clock } from '@careline/kit/time';
import { articleNumber, parseArticleNumber, stateOf } from './article.rules.ts';
import { articleByNumber, versionsById } from './article.store.ts';
import type { ArticleLocale, ArticleRow, VersionRow } from './article.tables.ts';
import { articleCursor, countArticles, inHelpCentre, listArticles } from './list-articles.store.ts';
import { localDay } from '@careline/kit/time';
import { renderMarkdown } from './render-markdown.ts';

/** An article as strangers may read it. */
export interface PublicArticle {
  number: string;
  versionNumber: number;
  title: string;
  html: string;
  category: string;
  publishedAt: number;
  locale: ArticleLocale;
  /** Its place in the list, which is ordered by title. */
  cursor: { value: string | number; id: string };
}

/** What the readers of the help centre need: no identity, only the day it is. */
export interface HelpDeps {
  db: Db;
  clock: Clock;
  timeZone: string;
}

/** One public article in force today; null for anything else, so that nobody learns what exists inside. */
export async function publicArticle(deps: HelpDeps, number: string, locale: ArticleLocale | null): Promise<PublicArticle | null> {
  const parsed = parseArticleNumber(number);
  const article = parsed === null ? null : await articleByNumber(deps.db, parsed);
  if (!article || article.visibility !== 'PUBLIC' || (locale && article.locale !== locale)) return null;
  if (stateOf(article, localDay(deps.clock.now(), deps.timeZone)) !== 'PUBLISHED') return null;
  return (await asPublic(deps, [article]))[0] ?? null;
}

/** Public articles in force today, by title: one row more than the page holds, and their number when `isCounted`. */
export async function publicArticles(
  deps: HelpDeps, ask: { search: string | null; locale: ArticleLocale; isCounted: boolean }, page: Page<'value' | 'id'>,
): Promise<{ rows: PublicArticle[]; totalCount: number | null }> {
  const where = inHelpCentre(localDay(deps.clock.now(), deps.timeZone), ask.locale, ask.search);
  const rows = await listArticles(deps.db, where, { field: 'TITLE', direction: 'ASC' }, page);
  return { rows: await asPublic(deps, rows), totalCount: ask.isCounted ? await countArticles(deps.db, where) : null };
}

async function asPublic(deps: HelpDeps, articles: ArticleRow[]): Promise<PublicArticle[]> {
  if (articles.length === 0) return [];
  const versions = new Map((await versionsById(deps.db, articles.map((row) => row.publishedVersionId!))).map((row) => [row.id, row]));
  return articles.map((article) => publicOf(article, versions.get(article.publishedVersionId!)!));
}

function publicOf(article: ArticleRow, version: VersionRow): PublicArticle {
  return {
    number: articleNumber(article.number), versionNumber: version.number, title: version.title,
    html: renderMarkdown(version.content), category: article.category, publishedAt: version.publishedAt ?? article.updatedAt,
    locale: article.locale, cursor: articleCursor(article, 'TITLE'),
  };
}
