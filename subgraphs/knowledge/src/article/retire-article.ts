import { recordAudit } from '@careline/kit/audit';
import { refuse } from '@careline/kit/errors';
import type { KnowledgeContext } from '../context.ts';
import { lengthOf } from './article.rules.ts';
import { cancelScheduled, endPublication, updateArticle } from './article.store.ts';
import type { ArticleRow } from './article.tables.ts';
import { lockForWriting, shownVersion } from './save-article.ts';

/**
 * Takes an article out of use, also one that only waits for its time; versions and history stay.
 * WRONG_STATE when it is neither in force nor scheduled.
 */
export async function retireArticle(ctx: KnowledgeContext, input: { articleId: string; reason: string }): Promise<ArticleRow> {
  ctx.viewer.require('article:publish');
  lengthOf(input.reason, 'reason', 1, 200);
  return ctx.db.transaction(async (tx) => {
    const article = await lockForWriting(ctx, tx, input.articleId, 'article:publish');
    const calledOff = await cancelScheduled(tx, article.id);
    if (!article.publishedVersionId && calledOff === 0) {
      throw refuse('WRONG_STATE', 'articleId', { zh: '此条目未在使用。', en: 'The article is not in use.' });
    }
    const now = ctx.clock.now();
    await endPublication(tx, article.id, now);
    const draft = await shownVersion(tx, article, 'draft');
    const retired: ArticleRow = {
      ...article, publishedVersionId: null, draftVersionId: draft.id, title: draft.title, visibility: draft.visibility,
      effectiveDate: draft.effectiveDate, expireDate: draft.expireDate, version: article.version + 1, updatedAt: now,
    };
    await updateArticle(tx, article.id, retired);
    await recordAudit(tx, ctx, {
      verb: 'article:publish', subjectId: article.id, before: { versionId: article.publishedVersionId }, after: { versionId: null }, reason: input.reason,
    });
    return retired;
  });
}
