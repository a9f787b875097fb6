import { describe, expect, it } from 'vitest';
import { detectType, encodingOf, isInline } from './content-type.ts';

const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');
const hex = (text: string) => Buffer.concat([Buffer.from(text, 'hex'), Buffer.alloc(64)]);

describe('detectType', () => {
  it.each([
    ['a PNG', png, 'image/png'],
    ['a JPEG', hex('ffd8ffe000104a464946'), 'image/jpeg'],
    ['a PDF', Buffer.from('%PDF-1.7\n1 0 obj'), 'application/pdf'],
    ['a log in UTF-8', Buffer.from('2026-11-23 09:00 支付失败 code=E42\n'), 'text/plain; charset=utf-8'],
    ['a log cut within a character', Buffer.from('支付失败').subarray(0, 10), 'text/plain; charset=utf-8'],
    ['a log in GB 18030', Buffer.from('d6a7b8b6caa7b0dc0a', 'hex'), 'text/plain; charset=gb18030'],
    ['HTML under any name', Buffer.from('<!doctype html><script>alert(1)</script>'), 'application/octet-stream'],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), 'application/octet-stream'],
    ['markup after blanks', Buffer.from('\n \t<html>'), 'application/octet-stream'],
    ['XML', Buffer.from('<?xml version="1.0"?><a/>'), 'application/octet-stream'],
    ['text with zeros', Buffer.from('a\0b'), 'application/octet-stream'],
    ['a PNG whose mark is damaged', Buffer.concat([Buffer.from('88', 'hex'), png.subarray(1)]), 'application/octet-stream'],
  ])('sees %s', async (_name, head, type) => expect(await detectType(head)).toBe(type));

  it.each([
    ['a Windows program', hex('4d5a90000300000004000000ffff0000')],
    ['a Linux program', hex('7f454c4602010100')],
    ['a macOS program', hex('cffaedfe07000001')],
    ['a class file', hex('cafebabe00000034')],
    ['a script', Buffer.from('#!/bin/sh\nrm -rf /\n')],
    ['WebAssembly', hex('0061736d01000000')],
    ['a shortcut', hex('4c0000000114020000000000c000000000000046')],
  ])('refuses %s', async (_name, head) => expect(await detectType(head)).toBeNull());
});

it('shows pictures and sound in a page, documents and text never', () => {
  expect(['image/png', 'audio/mpeg', 'application/pdf', 'text/plain; charset=utf-8', 'image/svg+xml', 'application/octet-stream'].map(isInline))
    .toEqual([true, true, false, false, false, false]);
});

it('knows the encoding of texts only', () => {
  expect([encodingOf('text/plain; charset=gb18030'), encodingOf('image/png')]).toEqual(['gb18030', null]);
});
