import { readUploadLink } from '@careline/kit/crypto';
import { appError, refuse } from '@careline/kit/errors';
import type { RequestFacts } from '@careline/kit/graphql';
import { refuseMethod, sendJson, sendProblem } from '@careline/kit/rest';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TicketsContext } from '../context.ts';
import { BLOCKED_WORDS, bodyOffset, BYTES_MAX, disposition, parseRange, SCANNING_WORDS, stateOf, tooLarge } from './attachment.rules.ts';
import { encodingOf, isInline } from './content-type.ts';
import type { OpenAttachment } from './owner-key.ts';
import { receiveUpload } from './receive-upload.ts';
import { readSealed } from './sealed-file.ts';

/**
 * Answers `/uploads/<id>`: PUT takes a file in, PATCH a part of it (both from `upload-offset` or `Content-Range` on),
 * GET gives it out, in parts when asked. The signed link is the permission.
 */
export async function handleUploads(ctx: TicketsContext, req: IncomingMessage, res: ServerResponse, facts: RequestFacts): Promise<void> {
  const method = req.method ?? 'GET';
  const isSending = method === 'PUT' || method === 'PATCH';
  if (!isSending && method !== 'GET' && method !== 'HEAD') return refuseMethod(res, 'GET, HEAD, PUT, PATCH', facts);
  try {
    const attachment = await linked(ctx, req, isSending ? 'PUT' : 'GET', facts);
    if (isSending) await take(ctx, req, res, attachment);
    else await give(ctx, req, res, attachment);
  } catch (error) {
    sendProblem(res, error, facts);
  }
}

/** The attachment a signed link is for. Throws FORBIDDEN without a valid link, or when somebody else signed in uses it. */
async function linked(ctx: TicketsContext, req: IncomingMessage, method: 'PUT' | 'GET', facts: RequestFacts): Promise<OpenAttachment> {
  const link = readUploadLink(ctx.keyring, { url: req.url ?? '', method, now: ctx.clock.now() });
  if (!link || (facts.identity && facts.identity.id !== link.viewerId)) {
    throw appError('FORBIDDEN', { words: { zh: '链接无效或已过期，请重新获取。', en: 'The link is not valid or has run out. Ask for a new one.' } });
  }
  const attachment = await ctx.loaders.attachment.load(link.attachmentId);
  if (!attachment) throw appError('NOT_FOUND');
  return attachment;
}

async function take(ctx: TicketsContext, req: IncomingMessage, res: ServerResponse, attachment: OpenAttachment): Promise<void> {
  const announced = Number(req.headers['content-length'] ?? 0);
  if (announced > BYTES_MAX) throw tooLarge();
  const offset = bodyOffset(req.headers, attachment.bytes);
  if (offset === null) throw refuse('INVALID', 'content-range', { zh: '上传位置无效。', en: 'upload-offset or Content-Range is malformed.' });
  if (attachment.blob.completedAt === null && offset + announced > attachment.bytes) throw tooLarge();
  res.setHeader('upload-offset', String(attachment.blob.receivedBytes));
  const { state, receivedBytes } = await receiveUpload(ctx, { attachment, offset, body: req });
  if (res.destroyed) return;
  res.setHeader('upload-offset', String(receivedBytes));
  if (state === 'UPLOADING' && req.method === 'PUT') {
    throw refuse('FILE_NOT_READY', null, { zh: '文件未传完，请从已接收处继续。', en: 'The file is not complete. Go on from upload-offset.' });
  }
  sendJson(res, 200, { id: attachment.id, state, receivedBytes, bytes: attachment.bytes });
}

async function give(ctx: TicketsContext, req: IncomingMessage, res: ServerResponse, attachment: OpenAttachment): Promise<void> {
  const { blob, fileKey, fileName } = attachment;
  if (blob.completedAt === null) {
    res.writeHead(409, { 'upload-offset': String(blob.receivedBytes), 'cache-control': 'no-store' }).end();
    return;
  }
  if (!fileKey) throw appError('NOT_FOUND', { internal: 'the owner was erased' });
  const state = stateOf(blob);
  if (state === 'BLOCKED') throw refuse('FILE_BLOCKED', null, BLOCKED_WORDS);
  if (state === 'SCANNING') throw refuse('FILE_NOT_READY', null, SCANNING_WORDS);
  const etag = `"${blob.id}"`;
  const isFresh = !req.headers['if-range'] || req.headers['if-range'] === etag;
  const range = isFresh ? parseRange(req.headers.range, blob.bytes) : 'whole';
  const headers = { ...headersOf(blob.contentType!, fileName ?? 'file'), etag };
  if (range === 'unsatisfiable') {
    res.writeHead(416, { 'content-range': `bytes */${blob.bytes}` }).end();
    return;
  }
  const { start, end } = range === 'whole' ? { start: 0, end: blob.bytes } : range;
  const plain = readSealed({ path: ctx.blobs.path(blob.id, blob.fence), key: fileKey, bytes: blob.bytes }, start, end);
  // Opened before the head is sent: a file that does not open is an error, not an empty answer.
  const first = req.method === 'HEAD' ? null : await plain.next();
  res.writeHead(range === 'whole' ? 200 : 206, {
    ...headers, 'content-length': end - start, ...(range === 'whole' ? {} : { 'content-range': `bytes ${start}-${end - 1}/${blob.bytes}` }),
  });
  if (!first) {
    await plain.return(undefined);
    res.end();
    return;
  }
  await pipeline(Readable.from(chain(first, plain), { objectMode: false }), res).catch((error: unknown) => {
    // Either the reader left, or the file was changed: then the connection broke before a false byte went out.
    ctx.log.warn({ err: error, attachmentId: attachment.id }, 'a download ended early');
  });
}

async function* chain(first: IteratorResult<Buffer>, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (!first.done) yield first.value;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

function headersOf(contentType: string, fileName: string): Record<string, string> {
  return {
    'content-type': encodingOf(contentType) ? contentType : contentType.split(';')[0]!,
    'content-disposition': disposition(fileName, isInline(contentType)),
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-site',
    'cache-control': 'private, max-age=300',
    'accept-ranges': 'bytes',
  };
}
