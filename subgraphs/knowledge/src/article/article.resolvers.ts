import { say } from '@careline/kit/errors';
import { fieldsOf, parsePage, payload, toConnection, type PageArgs } from '@careline/kit/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { KnowledgeContext } from '../context.ts';
import { articleNumber, stateOf, type GatePoint } from './article.rules.ts';
import type { ArticleLocale, ArticleRow, VersionRow } from './article.tables.ts';
import type { ArticleFilter, ArticleOrder } from './list-articles.store.ts';
import { localDay } from '@careline/kit/time';
import { publishArticle, type PublishArticle } from './publish-article.ts';
import { readArticle, readArticles, readVersions, versionOn } from './read-articles.ts';
import { publicArticle, publicArticles } from './read-public-articles.ts';
import { renderMarkdown } from './render-markdown.ts';
import { restoreVersion } from './restore-version.ts';
import { retireArticle } from './retire-article.ts';
import { saveArticle, type SaveArticle } from './save-article.ts';

type Ctx = KnowledgeContext;
type Input<T> = { input: T };

const isCounted = (info: GraphQLResolveInfo) => fieldsOf(info).has('totalCount');
const versionById = (id: string | null, ctx: Ctx) => (id ? ctx.loaders.version.load(id) : null);

const Query = {
  article: (_: unknown, args: { id?: string | null; number?: string | null }, ctx: Ctx) => readArticle(ctx, args),
  articles: (_: unknown, args: PageArgs & { filter?: ArticleFilter | null; orderBy?: ArticleOrder | null }, ctx: Ctx, info: GraphQLResolveInfo) =>
    readArticles(ctx, { args, filter: args.filter, order: args.orderBy, isCounted: isCounted(info) }),
  publicArticle: (_: unknown, args: { number: string; locale?: ArticleLocale | null }, ctx: Ctx) => publicArticle(ctx, args.number, args.locale ?? 'ZH_CN'),
  async publicArticles(_: unknown, args: PageArgs & { search?: string | null; locale?: ArticleLocale | null }, ctx: Ctx, info: GraphQLResolveInfo) {
    const page = parsePage(args, ['value', 'id']);
    const ask = { search: args.search ?? null, locale: args.locale ?? 'ZH_CN' as const, isCounted: isCounted(info) };
    const { rows, totalCount } = await publicArticles(ctx, ask, page);
    return toConnection(rows, page, (row) => row.cursor, totalCount);
  },
};

const Mutation = {
  saveArticle: (_: unknown, { input }: Input<SaveArticle>, ctx: Ctx) => payload(ctx, () => saveArticle(ctx, input)),
  publishArticle: (_: unknown, { input }: Input<PublishArticle>, ctx: Ctx) => payload(ctx, async () => {
    const { articleId, gate } = await publishArticle(ctx, input);
    return { article: await ctx.loaders.article.load(articleId), gate };
  }),
  restoreVersion: (_: unknown, { input }: Input<{ versionId: string; reason?: string | null }>, ctx: Ctx) =>
    payload(ctx, async () => ({ version: await restoreVersion(ctx, input) })),
  retireArticle: (_: unknown, { input }: Input<{ articleId: string; reason: string }>, ctx: Ctx) =>
    payload(ctx, async () => ({ article: await retireArticle(ctx, input) })),
};

const Article = {
  __resolveReference: ({ id }: { id: string }, ctx: Ctx) => (ctx.viewer.scopeOf('article:read') ? readArticle(ctx, { id }) : null),
  number: (row: ArticleRow) => articleNumber(row.number),
  state: (row: ArticleRow, _: unknown, ctx: Ctx) => stateOf(row, localDay(ctx.clock.now(), ctx.timeZone)),
  publishedVersion: (row: ArticleRow, _: unknown, ctx: Ctx) => versionById(row.publishedVersionId, ctx),
  draftVersion: (row: ArticleRow, _: unknown, ctx: Ctx) => versionById(row.draftVersionId, ctx),
  versionOn: (row: ArticleRow, { date }: { date: string }, ctx: Ctx) => versionOn(ctx, row.id, date),
  versions: (row: ArticleRow, args: PageArgs, ctx: Ctx) => readVersions(ctx, row, args),
  owner: (row: ArticleRow) => (row.ownerId ? { __typename: 'Agent', id: row.ownerId } : null),
};

const ArticleVersion = {
  async __resolveReference({ id }: { id: string }, ctx: Ctx) {
    const version = ctx.viewer.scopeOf('article:read') ? await ctx.loaders.version.load(id) : null;
    return version && await readArticle(ctx, { id: version.articleId }) ? version : null;
  },
  article: (row: VersionRow, _: unknown, ctx: Ctx) => ctx.loaders.article.load(row.articleId),
  html: (row: VersionRow) => renderMarkdown(row.content),
  author: (row: VersionRow) => ({
    kind: row.authorKind,
    agent: row.authorKind === 'AGENT' && row.authorId ? { __typename: 'Agent', id: row.authorId } : null,
    customer: null,
    ruleId: row.authorKind === 'AGENT' ? null : row.authorId,
  }),
};

const PublishGate = {
  isMet: (points: GatePoint[]) => points.every((point) => point.isMet),
  points: (points: GatePoint[]) => points,
};

const GatePoint = {
  missing: (point: GatePoint, _: unknown, ctx: Ctx) => point.missing && say(point.missing, ctx.locale),
};

export const articleResolvers = { Query, Mutation, Article, ArticleVersion, PublishGate, GatePoint };
