import { refuse } from '@careline/kit/errors';
import type { KnowledgeContext } from '../context.ts';
import { lengthOf } from './article.rules.ts';
import { versionsById } from './article.store.ts';
import { lockForWriting, storeDraft } from './save-article.ts';
import type { VersionRow } from './article.tables.ts';

/** Makes a new draft with the words of an old version; the old one and what is in force stay as they are. */
export async function restoreVersion(ctx: KnowledgeContext, input: { versionId: string; reason?: string | null }): Promise<VersionRow> {
  ctx.viewer.require('article:write');
  if (input.reason) lengthOf(input.reason, 'reason', 1, 200);
  return ctx.db.transaction(async (tx) => {
    const [old] = await versionsById(tx, [input.versionId]);
    if (!old) throw refuse('NOT_FOUND', 'versionId', { zh: '版本不存在。', en: 'The version does not exist.' });
    const article = await lockForWriting(ctx, tx, old.articleId);
    const { version } = await storeDraft(ctx, tx, article, { text: old, category: article.category, reason: input.reason ?? null });
    return version;
  });
}
