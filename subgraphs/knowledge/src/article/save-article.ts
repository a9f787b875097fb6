import { appError, refuse } from '@careline/kit/errors';
import { newId, type Tx } from '@careline/kit/db';
import type { KnowledgeContext } from '../context.ts';
import { checkText, fold, folderPath, lengthOf, type ArticleText } from './article.rules.ts';
import { insertArticle, insertVersion, lockArticle, takeArticleNumber, updateArticle, versionsById } from './article.store.ts';
import type { ArticleLocale, ArticleRow, ArticleVisibility, SimilarQuestion, VersionRow } from './article.tables.ts';
import { isDay, localDay } from '@careline/kit/time';
import { plainText } from './render-markdown.ts';

export interface SaveArticle {
  articleId?: string | null;
  title?: string | null;
  content?: string | null;
  keywords?: string[] | null;
  similarQuestions?: string[] | null;
  effectiveDate?: string | null;
  expireDate?: string | null;
  category?: string | null;
  visibility?: ArticleVisibility | null;
  locale?: ArticleLocale | null;
  reason?: string | null;
  expectedVersion?: number | null;
}

export interface SavedArticle {
  article: ArticleRow;
  version: VersionRow;
}

/**
 * Keeps what an author wrote as a new draft version; what is in force does not change.
 *
 * Of two authors with one `expectedVersion` the second is refused with STALE_VERSION and the article as
 * it is. Saving what is already there makes no version. A published article becomes internal at
 * once when asked, but public only when the version that says so is published.
 */
export async function saveArticle(ctx: KnowledgeContext, input: SaveArticle): Promise<SavedArticle> {
  ctx.viewer.require('article:write');
  if (input.reason) lengthOf(input.reason, 'reason', 1, 200);
  for (const field of ['effectiveDate', 'expireDate'] as const) {
    const day = input[field];
    if (day && !isDay(day)) throw refuse('INVALID', field, { zh: '日期不正确。', en: 'This is not a day of the calendar.' });
  }
  return input.articleId ? changeArticle(ctx, input.articleId, input) : createArticle(ctx, input);
}

async function createArticle(ctx: KnowledgeContext, input: SaveArticle): Promise<SavedArticle> {
  const now = ctx.clock.now();
  const text = merge({
    title: '', content: '', keywords: [], similarQuestions: [], visibility: 'INTERNAL',
    effectiveDate: localDay(now, ctx.timeZone), expireDate: null,
  }, input);
  checkText(text);
  const number = await takeArticleNumber(ctx.db);
  return ctx.db.transaction(async (tx) => {
    const version = newVersion(ctx, { articleId: newId('art'), number: 1, text, reason: input.reason ?? null });
    const article: ArticleRow = {
      id: version.articleId, number, locale: input.locale ?? 'ZH_CN', visibility: text.visibility, category: checkedPath(input.category ?? ''),
      ownerId: ctx.viewer.agentId, title: version.title, effectiveDate: text.effectiveDate, expireDate: text.expireDate,
      publishedVersionId: null, draftVersionId: version.id, lastNumber: 1, version: 1, createdAt: now, updatedAt: now,
    };
    await insertArticle(tx, article);
    await insertVersion(tx, version);
    return { article, version };
  });
}

async function changeArticle(ctx: KnowledgeContext, articleId: string, input: SaveArticle): Promise<SavedArticle> {
  return ctx.db.transaction(async (tx) => {
    const article = await lockForWriting(ctx, tx, articleId);
    if (input.expectedVersion != null && input.expectedVersion !== article.version) {
      throw refuse('STALE_VERSION', 'expectedVersion', {
        zh: '此条目已被他人修改，请对比后再保存。', en: 'Somebody changed the article meanwhile. Compare and save again.',
      }, { article });
    }
    const base = await shownVersion(tx, article, 'draft');
    const text = merge(base, input);
    checkText(text);
    const category = input.category == null ? article.category : checkedPath(input.category);
    if (sameText(base, text) && category === article.category) return { article, version: base };
    return storeDraft(ctx, tx, article, { text, category, reason: input.reason ?? null });
  });
}

/** The article under lock, if the caller may change it; NOT_FOUND is a refusal, because a person can mend it. */
export async function lockForWriting(ctx: KnowledgeContext, tx: Tx, articleId: string, permission = 'article:write'): Promise<ArticleRow> {
  const article = await lockArticle(tx, articleId);
  if (!article) throw refuse('NOT_FOUND', 'articleId', { zh: '知识条目不存在。', en: 'The article does not exist.' });
  ctx.viewer.requireOn(permission, { agentIds: [article.ownerId] }, 'article:read');
  return article;
}

/** Adds a version as the draft and lets lists show it where nothing is in force. */
export async function storeDraft(
  ctx: KnowledgeContext, tx: Tx, article: ArticleRow, draft: { text: ArticleText; category: string; reason: string | null },
): Promise<SavedArticle> {
  const { text, category, reason } = draft;
  const version = newVersion(ctx, { articleId: article.id, number: article.lastNumber + 1, text, reason });
  const isPublished = article.publishedVersionId !== null;
  const changed: ArticleRow = {
    ...article, category, draftVersionId: version.id, lastNumber: version.number, version: article.version + 1, updatedAt: version.savedAt,
    visibility: isPublished && text.visibility === 'PUBLIC' ? article.visibility : text.visibility,
    ...(isPublished ? {} : { title: version.title, effectiveDate: text.effectiveDate, expireDate: text.expireDate }),
  };
  await insertVersion(tx, version);
  await updateArticle(tx, article.id, changed);
  return { article: changed, version };
}

/** The version an author goes on from (`draft`) or readers see (`published`), whichever there is. */
export async function shownVersion(tx: Tx, article: ArticleRow, wish: 'draft' | 'published'): Promise<VersionRow> {
  const { draftVersionId, publishedVersionId } = article;
  const id = wish === 'draft' ? draftVersionId ?? publishedVersionId : publishedVersionId ?? draftVersionId;
  const [version] = id ? await versionsById(tx, [id]) : [];
  if (!version) throw appError('INTERNAL', { internal: `article ${article.id} has no version to show` });
  return version;
}

function newVersion(ctx: KnowledgeContext, of: { articleId: string; number: number; text: ArticleText; reason: string | null }): VersionRow {
  const text = textOf(of.text);
  const identity = ctx.viewer.identity!;
  return {
    id: newId('arv'), articleId: of.articleId, number: of.number, ...text, title: text.title.trim(), reason: of.reason,
    authorKind: identity.kind === 'CUSTOMER' ? 'SYSTEM' : identity.kind, authorId: identity.kind === 'AGENT' ? identity.agentId : identity.id,
    searchText: fold([text.title, ...text.keywords, ...text.similarQuestions.map((question) => question.text), plainText(text.content)].join('\n')),
    savedAt: ctx.clock.now(), publishedAt: null,
  };
}

function merge(base: ArticleText, input: SaveArticle): ArticleText {
  return {
    title: input.title ?? base.title, content: input.content ?? base.content, visibility: input.visibility ?? base.visibility,
    effectiveDate: input.effectiveDate ?? base.effectiveDate, expireDate: input.expireDate ?? base.expireDate,
    keywords: input.keywords ? [...new Set(input.keywords.map((word) => word.trim()).filter(Boolean))] : base.keywords,
    similarQuestions: input.similarQuestions ? questionsOf(input.similarQuestions, base.similarQuestions) : base.similarQuestions,
  };
}

/** The author's part of a version, without what belongs to that one version. */
function textOf({ title, content, keywords, similarQuestions, visibility, effectiveDate, expireDate }: ArticleText): ArticleText {
  return { title, content, keywords, similarQuestions, visibility, effectiveDate, expireDate };
}

/** A question kept word for word keeps its id, so what was learnt about it stays with it. */
function questionsOf(texts: string[], before: SimilarQuestion[]): SimilarQuestion[] {
  const unique = [...new Set(texts.map((text) => text.trim()).filter(Boolean))];
  return unique.map((text) => before.find((question) => question.text === text) ?? { id: newId('smq'), text });
}

function sameText(a: ArticleText, b: ArticleText): boolean {
  const words = (text: ArticleText) =>
    JSON.stringify({ ...textOf(text), title: text.title.trim(), similarQuestions: text.similarQuestions.map((question) => question.text) });
  return words(a) === words(b);
}

function checkedPath(text: string): string {
  const path = folderPath(text);
  lengthOf(path, 'category', 0, 200);
  return path;
}
