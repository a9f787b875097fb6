import type { Keyring } from '@careline/kit/crypto';
import type { Db } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import type { Clock } from '@careline/kit/time';
import { createHash, type Hash } from 'node:crypto';
import { refusedType, stateOf, tooLarge, type AttachmentState } from './attachment.rules.ts';
import { beginAttempt, completeBlob, joinEqualBlob, noteReceived } from './attachment.store.ts';
import type { BlobStore } from './blob-store.ts';
import { detectType } from './content-type.ts';
import { digestOf } from './create-upload.ts';
import { discard } from './delete-attachment.ts';
import type { OpenAttachment } from './owner-key.ts';
import { readSealed, SegmentWriter } from './sealed-file.ts';
import { SEGMENT_BYTES } from './segments.ts';

export interface ReceiveDeps {
  db: Db;
  blobs: BlobStore;
  keyring: Keyring;
  clock: Clock;
  /** Whether what arrives must be scanned before anybody reads it. */
  isScanned: boolean;
}

/** One attempt to send the bytes of an attachment from `offset` on. */
export interface Attempt {
  attachment: OpenAttachment;
  offset: number;
  body: AsyncIterable<Buffer>;
}

export interface Received {
  state: AttachmentState;
  receivedBytes: number;
}

/** How often progress is noted: a killed process loses at most this much of an upload. */
const NOTE_BYTES = 16 * SEGMENT_BYTES;

/**
 * Takes the bytes of an upload in, sealing them on the way to the disk; at most one segment is in memory.
 *
 * Ends with the file complete, or with what can be gone on from: whole segments, so a little less than was sent.
 * The type is judged by the first segment, before the rest is taken. Refuses a program (FILE_TYPE_REFUSED), more bytes than
 * reserved (FILE_TOO_LARGE) and content that is not the announced hash (INVALID). Throws CONFLICT when `offset`
 * is not where the upload stands, or a later attempt took over.
 */
export async function receiveUpload(deps: ReceiveDeps, attempt: Attempt): Promise<Received> {
  const { attachment, offset } = attempt;
  const { blob } = attachment;
  if (blob.completedAt !== null) return { state: stateOf(blob), receivedBytes: blob.bytes };
  if (!attachment.fileKey) throw appError('NOT_FOUND', { internal: 'the owner of the upload was erased' });
  if (offset !== 0 && offset !== blob.receivedBytes) throw misplaced();
  if (!(await beginAttempt(deps.db, blob, offset))) throw misplaced();
  const fence = blob.fence + 1;
  const writer = await SegmentWriter.create({ path: deps.blobs.partPath(blob.id, fence), key: attachment.fileKey, bytes: blob.bytes });
  const intake = new Intake(deps, attachment, fence, writer);
  try {
    if (offset > 0) await intake.takeOver(offset);
    await deps.blobs.removePart(blob.id, blob.fence);
    await intake.takeIn(attempt.body);
    if (writer.storedBytes < blob.bytes) return { state: 'UPLOADING', receivedBytes: writer.storedBytes };
    return { state: await intake.complete(), receivedBytes: blob.bytes };
  } finally {
    await intake.end();
  }
}

const misplaced = () => appError('CONFLICT', { words: { zh: '上传位置不符，请重新获取上传链接后继续。', en: 'The upload stands elsewhere. Ask createUpload again and go on from receivedBytes.' } });

/** One attempt under way: the file it writes, what it saw so far, and how it ends. */
class Intake {
  readonly #deps: ReceiveDeps;
  readonly #attachment: OpenAttachment;
  readonly #fence: number;
  readonly #writer: SegmentWriter;
  readonly #hash: Hash = createHash('sha256');
  #head: Buffer[] = [];
  #headBytes = 0;
  #contentType: string | null = null;
  #notedBytes = 0;
  #isOver = false;

  constructor(deps: ReceiveDeps, attachment: OpenAttachment, fence: number, writer: SegmentWriter) {
    this.#deps = deps;
    this.#attachment = attachment;
    this.#fence = fence;
    this.#writer = writer;
  }

  /** Seals what the attempt before left anew, because no nonce may serve twice; the hash needs its bytes anyway. */
  async takeOver(bytes: number): Promise<void> {
    const { blob, fileKey } = this.#attachment;
    const before = { path: this.#deps.blobs.partPath(blob.id, blob.fence), key: fileKey!, bytes: blob.bytes };
    try {
      for await (const plain of readSealed(before, 0, bytes)) await this.#take(plain);
    } catch {
      // What is noted and what is on disk differ after a power cut: the sender begins again.
      this.#isOver = true;
      await noteReceived(this.#deps.db, blob.id, this.#fence, 0);
      throw misplaced();
    }
    this.#notedBytes = bytes;
  }

  /** Takes the body until it ends, well or by a cut; a cut is no error here, because the upload can go on. */
  async takeIn(body: AsyncIterable<Buffer>): Promise<void> {
    const chunks = body[Symbol.asyncIterator]();
    for (;;) {
      const next = await chunks.next().catch(() => ({ done: true as const, value: undefined }));
      if (next.done) return;
      if (this.#writer.takenBytes + next.value.length > this.#attachment.bytes) {
        await chunks.return?.();
        throw tooLarge();
      }
      await this.#take(next.value);
      if (this.#writer.storedBytes - this.#notedBytes >= NOTE_BYTES) await this.#note();
    }
  }

  async #take(chunk: Buffer): Promise<void> {
    this.#hash.update(chunk);
    await this.#judge(chunk);
    await this.#writer.write(chunk);
  }

  async #judge(chunk: Buffer): Promise<void> {
    if (this.#contentType) return;
    this.#head.push(chunk);
    this.#headBytes += chunk.length;
    const { bytes } = this.#attachment;
    if (this.#headBytes < Math.min(SEGMENT_BYTES, bytes)) return;
    const type = await detectType(Buffer.concat(this.#head).subarray(0, SEGMENT_BYTES));
    this.#head = [];
    if (type === null) {
      this.#isOver = true;
      await discard(this.#deps, this.#attachment);
      throw refusedType(null);
    }
    this.#contentType = type;
  }

  async #note(): Promise<void> {
    const stored = this.#writer.storedBytes;
    if (!(await noteReceived(this.#deps.db, this.#attachment.blobId, this.#fence, stored))) {
      this.#isOver = true;
      throw misplaced();
    }
    this.#notedBytes = stored;
  }

  /**
   * Ends with the file whole; what the owner had before is not kept a second time.
   * The order is the promise: on disk for good, then in place, then in the table.
   */
  async complete(): Promise<AttachmentState> {
    const { blobs, db, clock, keyring, isScanned } = this.#deps;
    const { blob, claimedDigest } = this.#attachment;
    const digest = digestOf(keyring, this.#hash.digest('hex'));
    if (claimedDigest && !claimedDigest.equals(digest)) {
      this.#isOver = true;
      await noteReceived(db, blob.id, this.#fence, 0);
      throw refuse('INVALID', 'sha256', { zh: '文件内容与校验值不符，请重新上传。', en: 'The content does not match its SHA-256. Send it again.' });
    }
    const equal = await db.transaction((tx) => joinEqualBlob(tx, blob, this.#fence, digest));
    this.#isOver = equal !== null;
    if (equal === false) throw misplaced();
    if (equal) return stateOf(equal);
    await this.#writer.sync();
    await blobs.keep(blob.id, this.#fence);
    const now = clock.now();
    const found = { contentType: this.#contentType!, digest, receivedBytes: blob.bytes, completedAt: now, scanDueAt: isScanned ? now : null, lateScanDueAt: isScanned ? null : now };
    this.#isOver = true;
    if (await completeBlob(db, blob.id, this.#fence, found)) return stateOf({ ...blob, ...found });
    await blobs.remove(blob.id, this.#fence);
    throw misplaced();
  }

  /** Closes the file; what was stored of an unfinished attempt stays for the next one. */
  async end(): Promise<void> {
    await this.#writer.close();
    const { blob } = this.#attachment;
    if (!this.#isOver && (await noteReceived(this.#deps.db, blob.id, this.#fence, this.#writer.storedBytes))) return;
    await this.#deps.blobs.removePart(blob.id, this.#fence);
  }
}
