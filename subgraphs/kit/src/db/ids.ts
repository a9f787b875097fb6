import { V7Generator } from 'uuidv7';
import { appError } from '../errors/index.ts';
import { takeRandom } from '../random.ts';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LETTERS = Buffer.from(ALPHABET, 'latin1');
const NONE = 255;
/** What each letter stands for, by its code; a row of a list has half a dozen ids to spell or to read. */
const VALUES = new Uint8Array(128).fill(NONE);
for (const [value, letter] of LETTERS.entries()) VALUES[letter] = value;
const LENGTH = 26;
const generator = new V7Generator({ nextUint32: () => takeRandom(4).readUInt32LE() });

/** A new global id, `cnv_` and 26 letters; later ids sort after earlier ones of the same process. */
export function newId(prefix: string): string {
  return binaryToId(prefix, Buffer.from(generator.generate().bytes));
}

const spelling = Buffer.alloc(LENGTH);

/** The public spelling of a stored id. */
export function binaryToId(prefix: string, bytes: Buffer): string {
  let at = 0;
  let bits = 0;
  let held = 2; // 16 bytes are 128 bits, 26 letters are 130: two leading zeros.
  for (let place = 0; place < bytes.length; place += 1) {
    bits = (bits << 8) | bytes[place]!;
    held += 8;
    while (held >= 5) {
      held -= 5;
      spelling[at++] = LETTERS[(bits >> held) & 31]!;
    }
    bits &= (1 << held) - 1;
  }
  return `${prefix}_${spelling.toString('latin1', 0, at)}`;
}

/** Reads the letters of `text` from `start` on. */
function decode(text: string, start: number): Buffer | null {
  if (text.length - start !== LENGTH || text[start]! > '7') return null;
  const bytes = Buffer.allocUnsafe(16);
  let bits = 0;
  let held = -2;
  let at = 0;
  for (let place = start; place < text.length; place += 1) {
    const value = VALUES[text.charCodeAt(place)] ?? NONE;
    if (value === NONE) return null;
    bits = ((bits << 5) | value) & 0xfff;
    held += 5;
    if (held >= 8) {
      held -= 8;
      bytes[at++] = (bits >> held) & 255;
    }
  }
  return bytes;
}

/** The stored form of an id of the kind `prefix`; null when the text is no such id. */
export function parseId(prefix: string, text: string): Buffer | null {
  return text.startsWith(prefix) && text[prefix.length] === '_' ? decode(text, prefix.length + 1) : null;
}

/** The stored form of an id of any kind. Throws NOT_FOUND for what is no id: it names nothing. */
export function idToBinary(id: string): Buffer {
  const bytes = decode(id, id.indexOf('_') + 1);
  if (!bytes) throw appError('NOT_FOUND', { internal: 'malformed id' });
  return bytes;
}
