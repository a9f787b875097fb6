import { appError } from '@careline/kit/errors';
import type { Tx } from '@careline/kit/db';
import type { TicketsContext } from '../context.ts';
import { lockAttachments, markLinked } from './attachment.store.ts';
import { openAttachments, type OpenAttachment } from './owner-key.ts';

const PER_MESSAGE = 10;

/**
 * Says that a message about to be stored uses these uploads of its author, so that they are not swept away.
 * All or none: throws BAD_USER_INPUT naming the first that is missing or not the author's, UNAVAILABLE while one is incomplete.
 */
export async function attachmentsForMessage(ctx: TicketsContext, input: { attachmentIds: string[]; authorId: string }): Promise<OpenAttachment[]> {
  ctx.viewer.requireAll('service:read');
  if (input.attachmentIds.length > PER_MESSAGE) {
    throw appError('BAD_USER_INPUT', { words: { zh: `一条消息最多 ${PER_MESSAGE} 个附件。`, en: `A message carries at most ${PER_MESSAGE} attachments.` } });
  }
  return ctx.db.transaction((tx) => linkAttachments(ctx, tx, input.attachmentIds, [input.authorId]));
}

/** Links uploads of any of the owners, in the order given; see `attachmentsForMessage` for what it throws. */
export async function linkAttachments(ctx: TicketsContext, tx: Tx, ids: readonly string[], ownerIds: readonly string[]): Promise<OpenAttachment[]> {
  const stored = new Map((await lockAttachments(tx, ids)).map((row) => [row.id, row]));
  const found = ids.map((id) => {
    const row = stored.get(id);
    if (!row || !ownerIds.includes(row.ownerId)) {
      throw appError('BAD_USER_INPUT', { words: { zh: `附件 ${id} 不存在或不是您上传的。`, en: `Attachment ${id} does not exist or is not yours.` } });
    }
    if (row.blob.completedAt === null) {
      throw appError('UNAVAILABLE', { words: { zh: '附件尚未上传完成。', en: 'An attachment is not complete yet.' }, retryAfterMs: 1_000 });
    }
    return row;
  });
  await markLinked(tx, ids, ctx.clock.now());
  return openAttachments(ctx.vault, tx, found);
}
