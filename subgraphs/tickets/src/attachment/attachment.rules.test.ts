import { describe, expect, it } from 'vitest';
import { bodyOffset, BYTES_MAX, checkUpload, disposition, isProgramName, parseRange } from './attachment.rules.ts';

const upload = (changes = {}) => ({ clientUploadId: '0b5c2a0e-1', fileName: '截图.png', bytes: 10, ...changes });

describe('checkUpload', () => {
  it.each([
    ['a path', { fileName: '../../etc/passwd' }, 'INVALID'],
    ['a Windows path', { fileName: 'C:\\a.png' }, 'INVALID'],
    ['two dots', { fileName: '..' }, 'INVALID'],
    ['a zero byte', { fileName: 'a.png\0.exe' }, 'INVALID'],
    ['a line break', { fileName: 'a\r\nset-cookie: x.png' }, 'INVALID'],
    ['text turned round', { fileName: 'a\u202egpj.exe.png' }, 'INVALID'],
    ['no name', { fileName: '  ' }, 'REQUIRED'],
    ['256 characters', { fileName: 'x'.repeat(256) }, 'TOO_LONG'],
    ['a program', { fileName: 'setup.exe' }, 'FILE_TYPE_REFUSED'],
    ['an empty file', { bytes: 0 }, 'OUT_OF_RANGE'],
    ['one byte over 50 MB', { bytes: BYTES_MAX + 1 }, 'FILE_TOO_LARGE'],
    ['half a hash', { sha256: 'abc' }, 'INVALID'],
    ['an id with a blank', { clientUploadId: 'a b' }, 'INVALID'],
  ])('refuses %s', (_name, changes, code) => expect(() => checkUpload(upload(changes))).toThrow(code));

  it.each([['exactly 50 MB', { bytes: BYTES_MAX }], ['255 characters', { fileName: '图'.repeat(255) }], ['dots within', { fileName: 'a..b' }], ['a hash', { sha256: 'A'.repeat(64) }]])(
    'takes %s', (_name, changes) => expect(() => checkUpload(upload(changes))).not.toThrow());
});

describe('parseRange', () => {
  it.each([
    [undefined, 'whole'], ['bytes=-', 'whole'], ['bytes=0-1,4-5', 'whole'], ['items=0-1', 'whole'], ['bytes=5-2', 'whole'],
    ['bytes=0-0', { start: 0, end: 1 }], ['bytes=0-', { start: 0, end: 10 }], ['bytes=9-99', { start: 9, end: 10 }],
    ['bytes=-3', { start: 7, end: 10 }], ['bytes=-99', { start: 0, end: 10 }], ['bytes=10-', 'unsatisfiable'], ['bytes=-0', 'unsatisfiable'],
  ])('%s of ten bytes', (header, expected) => expect(parseRange(header, 10)).toEqual(expected));
});

describe('bodyOffset', () => {
  it.each([
    [{}, 0], [{ 'upload-offset': '65536' }, 65_536], [{ 'content-range': 'bytes 5-9/10' }, 5], [{ 'content-range': 'bytes 5-9/*' }, 5],
    [{ 'content-range': 'bytes 5-9/11' }, null], [{ 'upload-offset': '5', 'content-range': 'bytes 6-9/10' }, null],
    [{ 'upload-offset': '-1' }, null], [{ 'content-range': 'bytes=5-9' }, null],
  ])('%j', (headers, expected) => expect(bodyOffset(headers, 10)).toBe(expected));
});

it('writes names so that no header can be broken and every client reads them', () => {
  expect(disposition('账单 "11月".pdf', false)).toBe('attachment; filename="__ _11__.pdf"; filename*=UTF-8\'\'%E8%B4%A6%E5%8D%95%20%2211%E6%9C%88%22.pdf');
  expect(disposition("a'b(1).png", true)).toBe("inline; filename=\"a'b(1).png\"; filename*=UTF-8''a%27b%281%29.png");
});

it.each([['setup.exe', true], ['a.BAT ', true], ['x.txt.scr', true], ['exe', false], ['截图.png', false]])('%s is a program by name: %s', (name, expected) => {
  expect(isProgramName(name)).toBe(expected);
});
