import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSealed, SegmentWriter, type SealedFile } from './sealed-file.ts';
import { HEADER_BYTES, SEGMENT_BYTES, segmentOffset } from './segments.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'careline-seal-'))));
afterAll(() => rm(folder, { recursive: true }));

async function seal(plain: Buffer, chunkBytes = 10_007): Promise<SealedFile> {
  const file = { path: join(folder, randomBytes(6).toString('hex')), key: randomBytes(32), bytes: plain.length };
  const writer = await SegmentWriter.create(file);
  for (let from = 0; from < plain.length; from += chunkBytes) await writer.write(plain.subarray(from, from + chunkBytes));
  await writer.close();
  return file;
}

async function read(file: SealedFile, start = 0, end = file.bytes): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of readSealed(file, start, end)) parts.push(part);
  return Buffer.concat(parts);
}

describe('a sealed file', () => {
  it.each([1, SEGMENT_BYTES - 1, SEGMENT_BYTES, SEGMENT_BYTES + 1, 3 * SEGMENT_BYTES])('gives %i bytes back as they were', async (bytes) => {
    const plain = randomBytes(bytes);
    expect((await read(await seal(plain))).equals(plain)).toBe(true);
  });

  it('gives any range as a slice of the whole would', async () => {
    const plain = randomBytes(3 * SEGMENT_BYTES + 17);
    const file = await seal(plain);
    const ranges = [[0, 1], [SEGMENT_BYTES - 1, SEGMENT_BYTES + 1], [SEGMENT_BYTES, 2 * SEGMENT_BYTES], [70_000, 200_000], [plain.length - 1, plain.length], [5, 5]];
    for (const [start, end] of ranges) expect((await read(file, start, end)).equals(plain.subarray(start, end))).toBe(true);
  });

  it('holds nothing of the text', async () => {
    const file = await seal(Buffer.from('账号密码'.repeat(1000)));
    expect((await readFile(file.path)).includes(Buffer.from('账号密码'))).toBe(false);
  });

  it('never uses one nonce for two writings with the same key', async () => {
    const plain = Buffer.alloc(100);
    const first = await seal(plain);
    const second = { ...first, path: `${first.path}-again` };
    const writer = await SegmentWriter.create(second);
    await writer.write(plain);
    await writer.close();
    expect((await readFile(first.path)).equals(await readFile(second.path))).toBe(false);
  });
});

describe('a changed sealed file does not open', () => {
  const plain = randomBytes(2 * SEGMENT_BYTES + 100);
  const change = async (edit: (sealed: Buffer) => Buffer, bytes = plain.length) => {
    const file = await seal(plain);
    await writeFile(file.path, edit(await readFile(file.path)));
    return read({ ...file, bytes });
  };
  const segment = (sealed: Buffer, index: number) => sealed.subarray(segmentOffset(index), segmentOffset(index + 1));

  it.each([
    ['one bit of a segment is flipped', (sealed: Buffer) => (sealed[segmentOffset(1) + 5]! ^= 1, sealed)],
    ['one bit of a tag is flipped', (sealed: Buffer) => (sealed[sealed.length - 1]! ^= 1, sealed)],
    ['the nonce prefix is changed', (sealed: Buffer) => (sealed[3]! ^= 1, sealed)],
    ['the version is changed', (sealed: Buffer) => (sealed[0] = 2, sealed)],
    ['two segments are swapped', (sealed: Buffer) => Buffer.concat([sealed.subarray(0, HEADER_BYTES), segment(sealed, 1), segment(sealed, 0), segment(sealed, 2)])],
    ['the last segment is missing', (sealed: Buffer) => sealed.subarray(0, segmentOffset(2))],
    ['a segment is cut short', (sealed: Buffer) => sealed.subarray(0, sealed.length - 1)],
  ])('when %s', async (_name, edit) => {
    await expect(change(edit)).rejects.toThrow();
  });

  it('when it was cut after a whole segment and the size is claimed to be that', async () => {
    await expect(change((sealed) => sealed.subarray(0, segmentOffset(2)), 2 * SEGMENT_BYTES)).rejects.toThrow();
  });
});

it('refuses more bytes than the file was to have', async () => {
  await expect(seal(Buffer.alloc(0)).then(async (file) => {
    const writer = await SegmentWriter.create({ ...file, path: `${file.path}-more`, bytes: 10 });
    try {
      await writer.write(Buffer.alloc(11));
    } finally {
      await writer.close();
    }
  })).rejects.toThrow('more bytes');
});
