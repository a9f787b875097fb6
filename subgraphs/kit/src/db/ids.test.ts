import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { binaryToId, idToBinary, newId, parseId } from './index.ts';

describe('ids', () => {
  it('keep every bit on the way to text and back', () => {
    for (const bytes of [Buffer.alloc(16), Buffer.alloc(16, 255), ...Array.from({ length: 200 }, () => randomBytes(16))]) {
      const id = binaryToId('cnv', bytes);
      expect(id).toMatch(/^cnv_[0-7][0-9a-hjkmnp-tv-z]{25}$/);
      expect(parseId('cnv', id)).toEqual(bytes);
      expect(idToBinary(id)).toEqual(bytes);
    }
  });

  it('sort in the order in which they were made, as text and as bytes', () => {
    const ids = Array.from({ length: 2_000 }, () => newId('msg'));
    expect([...ids].sort()).toEqual(ids);
    expect(ids.map(idToBinary).sort(Buffer.compare).map((bytes) => binaryToId('msg', bytes))).toEqual(ids);
  });

  it.each([
    ['another kind', `tkt_${'0'.repeat(26)}`],
    ['no prefix', '0'.repeat(26)],
    ['a letter the alphabet lacks', `cnv_${'0'.repeat(25)}u`],
    ['more than 128 bits', `cnv_8${'0'.repeat(25)}`],
    ['too short', `cnv_${'0'.repeat(25)}`],
    ['too long', `cnv_${'0'.repeat(27)}`],
    ['capitals, so that one id has one spelling', `cnv_${'A'.repeat(26)}`],
    ['nothing', ''],
  ])('refuses %s', (_name, text) => expect(parseId('cnv', text)).toBeNull());

  it('says NOT_FOUND for text that names nothing', () => expect(() => idToBinary('cnv_nonsense')).toThrow(/malformed/));
});
