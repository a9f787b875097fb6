import { refuse } from '@careline/kit/errors';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import type { TicketsContext } from '../context.ts';
import { BYTES_MAX, checkUpload, tooLarge } from './attachment.rules.ts';
import { createUpload } from './create-upload.ts';
import { receiveUpload } from './receive-upload.ts';

export interface GivenFile {
  /** The same id with the same file gives the same attachment. */
  clientUploadId: string;
  fileName: string;
  /** Of a length that nobody knows before its end. */
  body: AsyncIterable<Buffer>;
}

/**
 * Takes a whole file that comes along with something else; gives the id of its attachment.
 *
 * Its length is known only at its end, and sealing begins with it: until then the bytes lie on disk under a key that is
 * nowhere but in this process. Refuses what `createUpload` and an upload refuse.
 */
export async function takeFile(ctx: TicketsContext, { clientUploadId, fileName, body }: GivenFile): Promise<string> {
  ctx.viewer.require('attachment:upload');
  // A name that is refused need not send its bytes first.
  checkUpload({ clientUploadId, fileName, bytes: 1 });
  const path = ctx.blobs.spoolPath(randomBytes(16).toString('hex'));
  const [key, iv] = [randomBytes(32), randomBytes(16)];
  try {
    const bytes = await spool(path, createCipheriv('aes-256-ctr', key, iv), body);
    const { attachmentId, uploadUrl } = await createUpload(ctx, { clientUploadId, fileName, bytes });
    if (uploadUrl === null) return attachmentId;
    const attachment = (await ctx.loaders.attachment.load(attachmentId))!;
    const sealed = createReadStream(path);
    const { state } = await receiveUpload(ctx, { attachment, offset: 0, body: sealed.pipe(createDecipheriv('aes-256-ctr', key, iv)) }).finally(() => sealed.destroy());
    ctx.loaders.attachment.clear(attachmentId);
    if (state === 'UPLOADING') throw refuse('FILE_NOT_READY', 'file', { zh: '文件没有完整保存，请重试。', en: 'The file was not stored whole. Try again.' });
    return attachmentId;
  } finally {
    await rm(path, { force: true });
  }
}

async function spool(path: string, cipher: ReturnType<typeof createCipheriv>, body: AsyncIterable<Buffer>): Promise<number> {
  const file = await open(path, 'wx', 0o600);
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > BYTES_MAX) throw tooLarge();
      await file.write(cipher.update(chunk));
    }
    return bytes;
  } finally {
    await file.close();
  }
}
