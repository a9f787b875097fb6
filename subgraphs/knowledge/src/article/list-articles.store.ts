import type { Queryable } from '@careline/kit/db';
import type { Page } from '@careline/kit/graphql';
import { and, eq, gte, isNotNull, isNull, like, lte, or, sql, type SQL } from 'drizzle-orm';
import { keysetAfter, keysetOrder, type KeyPart } from '../keyset.store.ts';
import { addDays } from '@careline/kit/time';
import { searchWords, type ArticleState } from './article.rules.ts';
import { articles, articleVersions, type ArticleLocale, type ArticleRow, type VersionRow } from './article.tables.ts';

export interface ArticleFilter {
  states?: ArticleState[] | null;
  search?: string | null;
  category?: string | null;
  expiresWithinDays?: number | null;
  ownerId?: string | null;
}

export interface ArticleOrder {
  field: 'UPDATED' | 'TITLE' | 'EXPIRES';
  direction: 'ASC' | 'DESC';
}

const NO_END = '9999-12-31';
const COUNT_MAX = 10_000;
const shownId = sql`COALESCE(${articles.publishedVersionId}, ${articles.draftVersionId})`;
const lastDay = sql<string>`COALESCE(${articles.expireDate}, ${NO_END})`;

/** Articles that match, in the order asked for. */
export async function listArticles(q: Queryable, where: SQL | undefined, order: ArticleOrder, page: Page<'value' | 'id'>): Promise<ArticleRow[]> {
  const parts = partsOf(order);
  return q.orm.select().from(articles).where(and(where, keysetAfter(parts, page.cursor && [page.cursor.value, page.cursor.id], page.isBackward)))
    .orderBy(...keysetOrder(parts, page.isBackward)).limit(page.limit + 1);
}

/** How many articles match, counted up to 10,000. */
export async function countArticles(q: Queryable, where: SQL | undefined): Promise<number> {
  const some = q.orm.select({ one: sql`1`.as('one') }).from(articles).where(where).limit(COUNT_MAX).as('some');
  const [row] = await q.orm.select({ count: sql<number>`COUNT(*)` }).from(some);
  return Number(row!.count);
}

function partsOf({ field, direction }: ArticleOrder): KeyPart[] {
  const by = { UPDATED: articles.updatedAt, TITLE: articles.title, EXPIRES: lastDay }[field];
  return [{ by, direction }, { by: articles.id, direction }];
}

/** The keyset of a row in an order, for its cursor. */
export function articleCursor(row: ArticleRow, field: ArticleOrder['field']): { value: string | number; id: string } {
  return { value: { UPDATED: row.updatedAt, TITLE: row.title, EXPIRES: row.expireDate ?? NO_END }[field], id: row.id };
}

/** The condition of a filter on a day; `ownerId` limits it to one agent's own articles. */
export function matching(filter: ArticleFilter, today: string, ownerId: string | null): SQL | undefined {
  const days = filter.expiresWithinDays;
  return and(
    filter.states?.length ? or(...filter.states.map((state) => inState(state, today))) : undefined,
    filter.search ? found(filter.search, shownId) : undefined,
    filter.category ? or(eq(articles.category, filter.category), like(articles.category, `${literal(filter.category)}/%`)) : undefined,
    days == null ? undefined : and(gte(articles.expireDate, today), lte(articles.expireDate, addDays(today, days))),
    filter.ownerId ? eq(articles.ownerId, filter.ownerId) : undefined,
    ownerId ? eq(articles.ownerId, ownerId) : undefined,
  );
}

/** Articles of the help centre on a day, in one language, with the words of `search`. */
export function inHelpCentre(today: string, locale: ArticleLocale, search: string | null): SQL | undefined {
  return and(
    eq(articles.visibility, 'PUBLIC'), eq(articles.locale, locale), inState('PUBLISHED', today),
    search ? found(search, sql`${articles.publishedVersionId}`) : undefined,
  );
}

function inState(state: ArticleState, today: string): SQL | undefined {
  const open = and(lte(articles.effectiveDate, today), or(isNull(articles.expireDate), gte(articles.expireDate, today)));
  if (state === 'DRAFT') return isNull(articles.publishedVersionId);
  return and(isNotNull(articles.publishedVersionId), state === 'PUBLISHED' ? open : sql`NOT ${open}`);
}

function found(search: string, versionId: SQL): SQL {
  const words = searchWords(search).map((word) => like(articleVersions.searchText, `%${literal(word)}%`));
  return sql`EXISTS (SELECT 1 FROM ${articleVersions} WHERE ${articleVersions.id} = ${versionId} AND ${and(...words) ?? sql`TRUE`})`;
}

/** Text in which LIKE sees no wildcards. */
function literal(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** Versions of one article by falling number. */
export async function listVersions(q: Queryable, articleId: string, page: Page<'number'>): Promise<VersionRow[]> {
  const parts: KeyPart[] = [{ by: articleVersions.number, direction: 'DESC' }];
  return q.orm.select().from(articleVersions)
    .where(and(eq(articleVersions.articleId, articleId), keysetAfter(parts, page.cursor && [page.cursor.number], page.isBackward)))
    .orderBy(...keysetOrder(parts, page.isBackward)).limit(page.limit + 1);
}
