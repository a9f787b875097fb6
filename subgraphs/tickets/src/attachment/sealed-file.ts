import { open, type FileHandle } from 'node:fs/promises';
import { HEADER_BYTES, newHeader, openSegment, SEGMENT_BYTES, segmentCount, sealedLength, segmentLength, segmentOffset, sealSegment } from './segments.ts';

/** A file of `bytes` plain bytes, sealed with a key of its own. */
export interface SealedFile {
  path: string;
  key: Buffer;
  bytes: number;
}

/**
 * Writes a sealed file from its start, segment by segment; never holds more than one in memory.
 * What is written is whole segments: bytes after the last whole one are lost when writing stops early.
 */
export class SegmentWriter {
  readonly #handle: FileHandle;
  readonly #file: SealedFile;
  readonly #header: Buffer;
  readonly #pending = Buffer.allocUnsafe(SEGMENT_BYTES);
  #pendingBytes = 0;
  #index = 0;

  private constructor(handle: FileHandle, file: SealedFile, header: Buffer) {
    this.#handle = handle;
    this.#file = file;
    this.#header = header;
  }

  /** Starts a new file; fails when the path exists. */
  static async create(file: SealedFile): Promise<SegmentWriter> {
    const handle = await open(file.path, 'wx', 0o600);
    const header = newHeader();
    await handle.write(header, 0, HEADER_BYTES, 0);
    return new SegmentWriter(handle, file, header);
  }

  /** Plain bytes on disk. */
  get storedBytes(): number {
    return Math.min(this.#index * SEGMENT_BYTES, this.#file.bytes);
  }

  /** Plain bytes taken, stored or waiting for their segment to fill. */
  get takenBytes(): number {
    return this.storedBytes + this.#pendingBytes;
  }

  async write(chunk: Buffer): Promise<void> {
    for (let from = 0; from < chunk.length;) {
      const wanted = segmentLength(this.#index, this.#file.bytes) - this.#pendingBytes;
      if (wanted <= 0) throw new Error('more bytes than the file has');
      const taken = chunk.copy(this.#pending, this.#pendingBytes, from, from + wanted);
      this.#pendingBytes += taken;
      from += taken;
      if (taken === wanted) await this.#flush();
    }
  }

  async #flush(): Promise<void> {
    const isLast = this.#index === segmentCount(this.#file.bytes) - 1;
    const parts = sealSegment(this.#file.key, this.#header, { index: this.#index, isLast }, this.#pending.subarray(0, this.#pendingBytes));
    await this.#handle.writev(parts, segmentOffset(this.#index));
    this.#index += 1;
    this.#pendingBytes = 0;
  }

  /** Waits until everything written would survive a power cut. */
  sync(): Promise<void> {
    return this.#handle.sync();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/**
 * The plain bytes from `start` up to, not including, `end`; reads and opens only the segments they lie in.
 * Throws before giving out a single byte of a segment that was changed, moved or cut off.
 */
export async function* readSealed(file: SealedFile, start: number, end: number): AsyncGenerator<Buffer> {
  const handle = await open(file.path, 'r');
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    await readFully(handle, header, 0);
    const last = segmentCount(file.bytes) - 1;
    for (let index = Math.floor(start / SEGMENT_BYTES); index * SEGMENT_BYTES < end; index += 1) {
      const sealed = Buffer.allocUnsafe(sealedLength(segmentLength(index, file.bytes)));
      await readFully(handle, sealed, segmentOffset(index));
      const plain = openSegment(file.key, header, { index, isLast: index === last }, sealed);
      const base = index * SEGMENT_BYTES;
      yield plain.subarray(Math.max(0, start - base), end - base);
    }
  } finally {
    await handle.close();
  }
}

async function readFully(handle: FileHandle, into: Buffer, position: number): Promise<void> {
  const { bytesRead } = await handle.read(into, 0, into.length, position);
  if (bytesRead !== into.length) throw new Error('the sealed file is shorter than it should be');
}
