import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { takeRandom } from '../random.ts';

/**
 * Seals and opens the cells of one owner. `place` is `table|column|row id`: a cell that was moved
 * to another row, column or owner does not open.
 */
export interface DataKey {
  seal(place: string, text: string | Buffer): Buffer;
  open(place: string, cell: Buffer): string;
  openBytes(place: string, cell: Buffer): Buffer;
}

// Cell: version (1 byte), key mark (4), iv (12), ciphertext, tag (16).
const VERSION = 1;
const HEAD = 5;
const IV = 12;
const TAG = 16;

/** The sealing key made of 32 secret bytes. */
export function dataKeyOf(secret: Buffer): DataKey {
  // Tells a wrong key from a damaged cell, and the old key from the new one while keys are exchanged.
  const mark = createHmac('sha256', secret).update('careline/key-mark').digest().subarray(0, 4);
  const openBytes = (place: string, cell: Buffer): Buffer => {
    if (cell.length < HEAD + IV + TAG || cell[0] !== VERSION) throw new Error('not a sealed cell');
    if (!cell.subarray(1, HEAD).equals(mark)) throw new Error('the cell was sealed with another key');
    const decipher = createDecipheriv('aes-256-gcm', secret, cell.subarray(HEAD, HEAD + IV)).setAAD(Buffer.from(place));
    decipher.setAuthTag(cell.subarray(-TAG));
    return Buffer.concat([decipher.update(cell.subarray(HEAD + IV, -TAG)), decipher.final()]);
  };
  return {
    seal(place, text) {
      const iv = takeRandom(IV);
      const cipher = createCipheriv('aes-256-gcm', secret, iv).setAAD(Buffer.from(place));
      const body = typeof text === 'string' ? cipher.update(text, 'utf8') : cipher.update(text);
      return Buffer.concat([Buffer.of(VERSION), mark, iv, body, cipher.final(), cipher.getAuthTag()]);
    },
    open: (place, cell) => openBytes(place, cell).toString('utf8'),
    openBytes,
  };
}
