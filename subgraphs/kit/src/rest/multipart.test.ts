import { describe, expect, it } from 'vitest';
import { formBoundary, readForm } from './multipart.ts';

const form = (...parts: string[]) => Buffer.from(`${parts.map((part) => `--B\r\n${part}\r\n`).join('')}--B--\r\n`);
const field = (head: string, body: string) => `Content-Disposition: form-data; ${head}\r\n\r\n${body}`;

/** The bytes in pieces of a length. */
async function* inPieces(bytes: Buffer, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function read(bytes: Buffer, length = bytes.length, isReading = true) {
  const found: { name: string; fileName: string | null; text: string }[] = [];
  for await (const { name, fileName, body } of readForm(inPieces(bytes, length), 'B')) {
    const chunks: Buffer[] = [];
    if (isReading) for await (const chunk of body) chunks.push(chunk);
    found.push({ name, fileName, text: Buffer.concat(chunks).toString() });
  }
  return found;
}

describe('a form', () => {
  const bytes = form(field('name="ticket"', '{"a":1}'), `Content-Type: text/plain\r\n${field('name="file"; filename="日志 1.txt"', 'one\r\n--BB\r\n--\r\n')}`, field('name="empty"; filename=""', ''));
  const expected = [{ name: 'ticket', fileName: null, text: '{"a":1}' }, { name: 'file', fileName: '日志 1.txt', text: 'one\r\n--BB\r\n--\r\n' }, { name: 'empty', fileName: '', text: '' }];

  // What looks like a boundary and is longer is one for this parser: RFC 2046 lets no boundary begin like another.
  it('is read the same in pieces of any length', async () => {
    const plain = form(field('name="ticket"', '{"a":1}'), field('name="file"; filename="日志 1.txt"', 'one\r\n--\r\n--A\r\n'), field('name="empty"; filename=""', ''));
    const whole = await read(plain);
    expect(whole).toEqual([expected[0], { ...expected[1], text: 'one\r\n--\r\n--A\r\n' }, expected[2]]);
    for (let length = 1; length < 40; length += 1) expect(await read(plain, length)).toEqual(whole);
  });

  it('goes on behind a part that nobody reads', async () => {
    const plain = form(field('name="a"', 'x'.repeat(1_000)), field('name="b"', 'y'));
    expect((await read(plain, 7, false)).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it.each([
    ['cut off in a part', bytes.subarray(0, 60)], ['without any boundary', Buffer.from('x'.repeat(20_000))], ['empty', Buffer.alloc(0)],
    ['with a part that has no name', form('Content-Type: text/plain\r\n\r\nx')], ['with a head that never ends', Buffer.from(`--B\r\n${'x'.repeat(20_000)}`)],
  ])('is refused when it is %s', async (_name, cut) => expect(read(cut)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' }));

  it.each([
    ['filename="a\\"b.txt"', 'a"b.txt'], ['filename="a%22b.txt"', 'a"b.txt'], ["filename*=UTF-8''%E6%97%A5.txt", '日.txt'], ['filename=plain.txt', 'plain.txt'],
  ])('names its file by %s', async (head, name) => expect((await read(form(field(`name="f"; ${head}`, 'x'))))[0]!.fileName).toBe(name));
});

it.each([
  ['multipart/form-data; boundary=B', 'B'], ['multipart/form-data; charset=utf-8; boundary="a b"', 'a b'], ['application/json', null], ['multipart/form-data', null], [undefined, null],
])('finds the boundary of %s', (type, boundary) => expect(formBoundary(type)).toBe(boundary));
