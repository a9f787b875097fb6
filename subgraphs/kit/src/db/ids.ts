import { V7Generator } from 'uuidv7';
import { appError } from '../errors/index.ts';
import { takeRandom } from '../random.ts';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const VALUES = new Map([...ALPHABET].map((letter, value) => [letter, value]));
const LENGTH = 26;
const generator = new V7Generator({ nextUint32: () => takeRandom(4).readUInt32LE() });

/** A new global id, `cnv_` and 26 letters; later ids sort after earlier ones of the same process. */
export function newId(prefix: string): string {
  return binaryToId(prefix, Buffer.from(generator.generate().bytes));
}

/** The public spelling of a stored id. */
export function binaryToId(prefix: string, bytes: Buffer): string {
  let text = '';
  let bits = 0;
  let held = 2; // 16 bytes are 128 bits, 26 letters are 130: two leading zeros.
  for (const byte of bytes) {
    bits = (bits << 8) | byte;
    held += 8;
    while (held >= 5) {
      held -= 5;
      text += ALPHABET[(bits >> held) & 31];
    }
    bits &= (1 << held) - 1;
  }
  return `${prefix}_${text}`;
}

function decode(text: string): Buffer | null {
  if (text.length !== LENGTH || text[0]! > '7') return null;
  const bytes = Buffer.alloc(16);
  let bits = 0;
  let held = -2;
  let at = 0;
  for (const letter of text) {
    const value = VALUES.get(letter);
    if (value === undefined) return null;
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
  return text.startsWith(`${prefix}_`) ? decode(text.slice(prefix.length + 1)) : null;
}

/** The stored form of an id of any kind. Throws NOT_FOUND for what is no id: it names nothing. */
export function idToBinary(id: string): Buffer {
  const bytes = decode(id.slice(id.indexOf('_') + 1));
  if (!bytes) throw appError('NOT_FOUND', { internal: 'malformed id' });
  return bytes;
}
