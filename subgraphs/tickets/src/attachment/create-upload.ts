import { blindIndex, signUploadLink, type Keyring } from '@careline/kit/crypto';
import { isDuplicate, newId, type Tx } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import type { Viewer } from '@careline/kit/auth';
import { MINUTE } from '@careline/kit/time';
import { randomBytes } from 'node:crypto';
import type { TicketsContext } from '../context.ts';
import { checkUpload, type CreateUpload } from './attachment.rules.ts';
import { attachmentByClientId, countUnlinked, equalBlob, insertAttachment, insertBlob } from './attachment.store.ts';
import type { AttachmentRow, StoredAttachment } from './attachment.tables.ts';
import { keyForOwner, keyPlace, namePlace, openAttachments } from './owner-key.ts';

const LINK_MINUTES = 15;
const UNUSED_MAX = 200;

export interface Reserved {
  attachmentId: string;
  /** Null when nothing has to be sent. */
  uploadUrl: string | null;
  headers: { name: string; value: string }[];
}

/** Whose files a caller's uploads are: the customer's, or the agent's whatever token it uses. */
export function ownerOf(viewer: Viewer): string {
  const identity = viewer.identity;
  if (!identity) throw appError('UNAUTHENTICATED');
  return identity.agentId ?? identity.id;
}

/** The keyed hash under which an equal file is found without keeping what it is. */
export function digestOf(keyring: Keyring, sha256: string): Buffer {
  return blindIndex(keyring, 'file', sha256.toLowerCase());
}

/**
 * Reserves an attachment and gives a link for sending its bytes; the same `clientUploadId` gives the same
 * attachment and a fresh link, so a cut upload goes on. A file the owner sent before is not sent again.
 */
export async function createUpload(ctx: TicketsContext, input: CreateUpload): Promise<Reserved> {
  ctx.viewer.require('attachment:upload');
  const fileName = checkUpload(input);
  const ownerId = ownerOf(ctx.viewer);
  const stored = await reserve(ctx, ownerId, { ...input, fileName });
  const [opened] = await openAttachments(ctx.vault, ctx.db, [stored]);
  // The answer must show one moment: bytes that arrive meanwhile would contradict the header below.
  ctx.loaders.attachment.clear(stored.id).prime(stored.id, opened!);
  const headers = [{ name: 'content-type', value: 'application/octet-stream' }, { name: 'upload-offset', value: String(stored.blob.receivedBytes) }];
  if (stored.blob.completedAt !== null) return { attachmentId: stored.id, uploadUrl: null, headers };
  const uploadUrl = signUploadLink(ctx.keyring, {
    attachmentId: stored.id, verb: 'PUT', viewerId: ctx.viewer.identity!.id, expiresAt: ctx.clock.now() + LINK_MINUTES * MINUTE, publicUrl: ctx.publicUrl,
  });
  return { attachmentId: stored.id, uploadUrl, headers };
}

async function reserve(ctx: TicketsContext, ownerId: string, input: CreateUpload): Promise<StoredAttachment> {
  const before = await attachmentByClientId(ctx.db, ownerId, input.clientUploadId);
  if (before) return sameIntent(ctx, before, input);
  try {
    return await ctx.db.transaction((tx) => makeAttachment(ctx, tx, ownerId, input));
  } catch (error) {
    const winner = isDuplicate(error) ? await attachmentByClientId(ctx.db, ownerId, input.clientUploadId) : null;
    if (!winner) throw error;
    return sameIntent(ctx, winner, input);
  }
}

/** A retry must speak of the same file: another under the same id would be lost without a word. */
async function sameIntent(ctx: TicketsContext, stored: StoredAttachment, input: CreateUpload): Promise<StoredAttachment> {
  const [opened] = await openAttachments(ctx.vault, ctx.db, [stored]);
  if (stored.bytes === input.bytes && opened!.fileName === input.fileName) return stored;
  throw refuse('IDEMPOTENCY_MISMATCH', 'clientUploadId', { zh: '该上传编号已用于另一个文件。', en: 'This upload id was used for another file. Choose a new one.' });
}

async function makeAttachment(ctx: TicketsContext, tx: Tx, ownerId: string, input: CreateUpload): Promise<StoredAttachment> {
  if (await countUnlinked(tx, ownerId) >= UNUSED_MAX) {
    throw refuse('LIMIT_REACHED', null, { zh: '未使用的上传过多，请稍后再试。', en: 'Too many uploads wait to be used. Try again later.' });
  }
  const now = ctx.clock.now();
  const key = await keyForOwner(ctx.vault, tx, ownerId);
  const claimedDigest = input.sha256 ? digestOf(ctx.keyring, input.sha256) : null;
  const id = newId('att');
  const blobId = newId('blb');
  const blob = (claimedDigest && await equalBlob(tx, ownerId, claimedDigest, input.bytes))
    ?? await insertBlob(tx, { id: blobId, ownerId, sealedKey: key.seal(keyPlace(blobId), randomBytes(32)), bytes: input.bytes, createdAt: now });
  const row: AttachmentRow = {
    id, ownerId, clientUploadId: input.clientUploadId, sealedName: key.seal(namePlace(id), input.fileName),
    bytes: input.bytes, claimedDigest, blobId: blob.id, createdAt: now, linkedAt: null,
  };
  await insertAttachment(tx, row);
  return { ...row, blob };
}
