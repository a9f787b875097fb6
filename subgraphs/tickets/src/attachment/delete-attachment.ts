import type { Db } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import { attachmentsById, deleteUnlinked, deleteUnusedBlob } from './attachment.store.ts';
import type { StoredAttachment } from './attachment.tables.ts';
import type { BlobStore } from './blob-store.ts';
import { ownerOf } from './create-upload.ts';

/**
 * Deletes an upload of the caller that nothing uses yet; WRONG_STATE when a message or ticket does.
 * Somebody else's attachment is answered like one that does not exist.
 */
export async function deleteAttachment(ctx: TicketsContext, input: { attachmentId: string }): Promise<string> {
  ctx.viewer.require('attachment:upload');
  const [stored] = await attachmentsById(ctx.db, [input.attachmentId]);
  const ownerId = ownerOf(ctx.viewer);
  if (!stored || stored.ownerId !== ownerId) throw refuse('NOT_FOUND', 'attachmentId', { zh: '附件不存在。', en: 'The attachment does not exist.' });
  if (!(await discard(ctx, stored))) throw refuse('WRONG_STATE', 'attachmentId', { zh: '附件已发送，不能删除。', en: 'The attachment was sent and cannot be deleted.' });
  return stored.id;
}

/** Lets go of an attachment nothing uses, and of its content when no other attachment has the same; false when it is used. */
export async function discard(parts: { db: Db; blobs: BlobStore }, stored: StoredAttachment): Promise<boolean> {
  const outcome = await parts.db.transaction(async (tx) => {
    if (!(await deleteUnlinked(tx, stored.id))) return 'used';
    return (await deleteUnusedBlob(tx, stored.blobId)) ? 'gone' : 'shared';
  });
  if (outcome === 'gone') {
    await parts.blobs.remove(stored.blobId, stored.blob.fence);
    await parts.blobs.removePart(stored.blobId, stored.blob.fence);
  }
  return outcome !== 'used';
}
