import { appError } from '@careline/kit/errors';
import { parsePage, toConnection, type Connection, type PageArgs } from '@careline/kit/graphql';
import type { KnowledgeContext } from '../context.ts';
import { isInForce, parseArticleNumber } from './article.rules.ts';
import { articleByNumber, publicationBetween } from './article.store.ts';
import type { ArticleRow, VersionRow } from './article.tables.ts';
import { articleCursor, countArticles, listArticles, listVersions, matching, type ArticleFilter, type ArticleOrder } from './list-articles.store.ts';
import { addDays, dayStart, localDay } from '@careline/kit/time';

/** One article by id or number; null when there is none or the caller may not see it. */
export async function readArticle(ctx: KnowledgeContext, by: { id?: string | null; number?: string | null }): Promise<ArticleRow | null> {
  if ((by.id == null) === (by.number == null)) {
    throw appError('BAD_USER_INPUT', { words: { zh: '请在 id 与 number 中只给出一个。', en: 'Give exactly one of id and number.' } });
  }
  const number = by.number == null ? null : parseArticleNumber(by.number);
  const article = by.id != null ? await ctx.loaders.article.load(by.id) : number === null ? null : await articleByNumber(ctx.db, number);
  return article && ctx.viewer.covers('article:read', { agentIds: [article.ownerId] }) ? article : null;
}

export interface ArticlesAsk {
  args: PageArgs;
  filter: ArticleFilter | null | undefined;
  /** Null: last changed first. */
  order: ArticleOrder | null | undefined;
  isCounted: boolean;
}

/** A page of the articles of the caller's scope that match. */
export async function readArticles(ctx: KnowledgeContext, ask: ArticlesAsk): Promise<Connection<ArticleRow>> {
  const scope = ctx.viewer.require('article:read');
  const page = parsePage(ask.args, ['value', 'id']);
  const own = scope === 'ALL' ? null : ctx.viewer.agentId;
  if (scope !== 'ALL' && !own) return toConnection<ArticleRow>([], page, () => ({}), 0);
  const order = ask.order ?? { field: 'UPDATED', direction: 'DESC' };
  const where = matching(ask.filter ?? {}, localDay(ctx.clock.now(), ctx.timeZone), own);
  const rows = await listArticles(ctx.db, where, order, page);
  return toConnection(rows, page, (row) => articleCursor(row, order.field), ask.isCounted ? await countArticles(ctx.db, where) : null);
}

/** A page of the versions of an article, newest first. */
export async function readVersions(ctx: KnowledgeContext, article: ArticleRow, args: PageArgs): Promise<Connection<VersionRow>> {
  const page = parsePage(args, ['number']);
  return toConnection(await listVersions(ctx.db, article.id, page), page, ({ number }) => ({ number }), article.lastNumber);
}

/** What an article said on a day: the last version in force on it; null when none was, or the day lay outside its dates. */
export async function versionOn(ctx: KnowledgeContext, articleId: string, day: string): Promise<VersionRow | null> {
  const publication = await publicationBetween(ctx.db, articleId, dayStart(day, ctx.timeZone), dayStart(addDays(day, 1), ctx.timeZone));
  const version = publication && await ctx.loaders.version.load(publication.versionId);
  return version && isInForce(version, day) ? version : null;
}
