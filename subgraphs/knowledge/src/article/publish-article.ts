import { articlePublished } from '@careline/schema/events';
import { recordAudit } from '@careline/kit/audit';
import { withIdempotency, type Tx } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import { appendEvent } from '@careline/kit/events';
import type { Instant } from '@careline/kit/time';
import type { KnowledgeContext } from '../context.ts';
import { articleNumber, gateOf, type GatePoint } from './article.rules.ts';
import { cancelScheduled, endPublication, insertPublication, markPublished, updateArticle, versionsById } from './article.store.ts';
import type { ArticleRow, VersionRow } from './article.tables.ts';
import { localDay } from '@careline/kit/time';
import { lockForWriting } from './save-article.ts';

export interface PublishArticle {
  versionId: string;
  publishAt?: Instant | null;
  idempotencyKey: string;
}

/**
 * Puts a version in force now, or writes the durable timer that will.
 *
 * A later time replaces the one scheduled before; publishing now leaves it. GATE_NOT_MET carries the
 * open points, WRONG_STATE says that this version is in force already.
 */
export async function publishArticle(ctx: KnowledgeContext, input: PublishArticle): Promise<{ articleId: string; gate: GatePoint[] }> {
  ctx.viewer.require('article:publish');
  return ctx.db.transaction(async (tx) => {
    const scope = `${ctx.viewer.identity!.id}:publishArticle`;
    const { idempotencyKey: key, ...intent } = input;
    const { result } = await withIdempotency(tx, { scope, key, input: intent }, () => publishOnce(ctx, tx, input));
    return result;
  });
}

async function publishOnce(ctx: KnowledgeContext, tx: Tx, input: PublishArticle) {
  const now = ctx.clock.now();
  const [version] = await versionsById(tx, [input.versionId]);
  if (!version) throw refuse('NOT_FOUND', 'versionId', { zh: '版本不存在。', en: 'The version does not exist.' });
  const article = await lockForWriting(ctx, tx, version.articleId, 'article:publish');
  const at = Math.max(now, input.publishAt ?? now);
  const gate = gateOf(version, localDay(at, ctx.timeZone));
  if (gate.some((point) => !point.isMet)) {
    throw refuse('GATE_NOT_MET', 'versionId', { zh: '发布条件尚未全部满足。', en: 'Not everything that publishing needs is there yet.' }, { gate });
  }
  if (at === now) {
    if (article.publishedVersionId === version.id) throw refuse('WRONG_STATE', 'versionId', { zh: '该版本已在使用中。', en: 'This version is in force already.' });
    await putInForce(tx, article, version, now);
  } else {
    await cancelScheduled(tx, article.id);
    await insertPublication(tx, { articleId: article.id, versionId: version.id, state: 'SCHEDULED', publishAt: at, publishedAt: null });
  }
  await recordAudit(tx, ctx, {
    verb: 'article:publish', subjectId: article.id,
    before: { versionId: article.publishedVersionId }, after: { versionId: version.id, publishAt: new Date(at).toISOString() },
  });
  return { articleId: article.id, gate };
}

/** Lets readers see a version from `at` on and tells everybody. The caller holds the article's lock. */
export async function putInForce(tx: Tx, article: ArticleRow, version: VersionRow, at: Instant): Promise<void> {
  await endPublication(tx, article.id, at);
  await insertPublication(tx, { articleId: article.id, versionId: version.id, state: 'IN_FORCE', publishAt: at, publishedAt: at });
  await markPublished(tx, version.id, at);
  await updateArticle(tx, article.id, {
    publishedVersionId: version.id, draftVersionId: article.draftVersionId === version.id ? null : article.draftVersionId,
    title: version.title, visibility: version.visibility, effectiveDate: version.effectiveDate, expireDate: version.expireDate,
    version: article.version + 1, updatedAt: at,
  });
  await appendEvent(tx, articlePublished.make(article.id, {
    articleId: article.id, articleNumber: articleNumber(article.number), versionId: version.id, versionNumber: version.number,
  }), at);
}
