import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Plain bytes in one segment; the last of a file may be shorter. */
export const SEGMENT_BYTES = 65_536;
/** Bytes before the first segment: the version, and the nonce prefix of this writing. */
export const HEADER_BYTES = 8;
const TAG_BYTES = 16;
const VERSION = 1;

/** Where segment `index` begins in a sealed file. */
export function segmentOffset(index: number): number {
  return HEADER_BYTES + index * (SEGMENT_BYTES + TAG_BYTES);
}

/** How many segments a file of `bytes` plain bytes has. */
export function segmentCount(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / SEGMENT_BYTES));
}

/** Plain bytes of segment `index` in a file of `bytes`. */
export function segmentLength(index: number, bytes: number): number {
  return Math.min(SEGMENT_BYTES, bytes - index * SEGMENT_BYTES);
}

/** Length of a segment once sealed. */
export function sealedLength(plainBytes: number): number {
  return plainBytes + TAG_BYTES;
}

/** The header of a new writing. Each has a prefix of its own: with one file key no nonce may serve two texts. */
export function newHeader(): Buffer {
  return Buffer.concat([Buffer.of(VERSION), randomBytes(HEADER_BYTES - 1)]);
}

/**
 * Seals one segment; its place and whether it is the last are part of the nonce, so none can be moved or cut off.
 * Ciphertext and tag come apart, to be written one after the other: joining them would copy every byte once more.
 */
export function sealSegment(key: Buffer, header: Buffer, at: { index: number; isLast: boolean }, plain: Buffer): [ciphertext: Buffer, tag: Buffer] {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(header, at));
  const ciphertext = cipher.update(plain);
  cipher.final();
  return [ciphertext, cipher.getAuthTag()];
}

/** The plain bytes of a segment. Throws when a bit was changed or it stood elsewhere. */
export function openSegment(key: Buffer, header: Buffer, at: { index: number; isLast: boolean }, sealed: Buffer): Buffer {
  if (header[0] !== VERSION || sealed.length < TAG_BYTES) throw new Error('not a sealed segment');
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(header, at));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const plain = decipher.update(sealed.subarray(0, -TAG_BYTES));
  decipher.final();
  return plain;
}

function nonceOf(header: Buffer, { index, isLast }: { index: number; isLast: boolean }): Buffer {
  const nonce = Buffer.alloc(12);
  header.copy(nonce, 0, 1, HEADER_BYTES);
  nonce.writeUInt32BE(index, 7);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}
