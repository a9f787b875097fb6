import { recordAudit } from '@careline/kit/audit';
import type { KnowledgeContext } from '../context.ts';
import { claimPublication, duePublications, lockArticle, versionsById } from './article.store.ts';
import type { PublicationRow } from './article.tables.ts';
import { putInForce } from './publish-article.ts';

const BATCH = 50;

/** Puts every version in force whose time has come. One that fails is logged and tried again; the others go on. */
export async function publishDue(ctx: KnowledgeContext): Promise<void> {
  for (const publication of await duePublications(ctx.db, ctx.clock.now(), BATCH)) {
    try {
      await publishScheduled(ctx, publication);
    } catch (error) {
      ctx.log.error({ err: error, articleId: publication.articleId }, 'a scheduled article could not be published');
    }
  }
}

/** Carries out one scheduled publication, exactly once, dated by the moment readers begin to see it. */
async function publishScheduled(ctx: KnowledgeContext, publication: PublicationRow): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    const article = await lockArticle(tx, publication.articleId);
    if (!article || !(await claimPublication(tx, publication.id))) return;
    const [version] = await versionsById(tx, [publication.versionId]);
    await putInForce(tx, article, version!, ctx.clock.now());
    await recordAudit(tx, ctx, {
      verb: 'article:publish', subjectId: article.id,
      before: { versionId: article.publishedVersionId }, after: { versionId: publication.versionId }, reason: 'scheduled',
    });
  });
}
