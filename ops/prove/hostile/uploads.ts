import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { upload, type Arena, type Somebody } from './arena.ts';
import type { Attack, Family } from './attack.ts';
import { cpuPerSecond } from './process.ts';
import { codeOf, send, stranger, type Reply, type Sent } from './wire.ts';

const CREATE = 'mutation ($input: CreateUploadInput!) { createUpload(input: $input) { uploadUrl userErrors { code } } }';
const FULL = 52_428_800;

const RESERVATIONS: [name: string, input: object, expected: string][] = [
  ['a path as name', { fileName: '../../../etc/cron.d/x' }, 'INVALID'],
  ['a Windows path as name', { fileName: '..\\..\\web.config' }, 'INVALID'],
  ['two dots as name', { fileName: '..' }, 'INVALID'],
  ['a zero byte in the name', { fileName: 'a.png\0.exe' }, 'INVALID'],
  ['line breaks in the name (header injection)', { fileName: 'a\r\nset-cookie: a=b.png' }, 'INVALID'],
  ['a name turned round', { fileName: 'a\u202egnp.exe.png' }, 'INVALID'],
  ['a name of 10,000 characters', { fileName: 'x'.repeat(10_000) }, 'TOO_LONG'],
  ['a program by name', { fileName: 'invoice.pdf.exe' }, 'FILE_TYPE_REFUSED'],
  ['one byte more than 50 MB', { bytes: FULL + 1 }, 'FILE_TOO_LARGE'],
  ['a negative size', { bytes: -1 }, 'OUT_OF_RANGE'],
  ['no size', { bytes: 0 }, 'OUT_OF_RANGE'],
  ['a hash that is none', { sha256: "' OR 1=1" }, 'INVALID'],
  ['an id that is a path', { clientUploadId: '../../x' }, 'INVALID'],
];

const reserved: Attack[] = RESERVATIONS.map(([name, input, expected]) => ({
  name: `reserving ${name}`, expected, door: 'http',
  run: (arena) => arena.graphql(CREATE, { input: { clientUploadId: randomUUID(), fileName: 'a.png', bytes: 10, ...input } }, arena.uploader().token),
}));

/** Sends to the address of a ticket, as it stands or changed. */
async function put(ticket: string, { headers, ...rest }: Sent, change: (url: URL) => void = () => undefined): Promise<Reply & { code: string }> {
  const url = new URL(ticket);
  change(url);
  const reply = await send(ticket, { method: 'PUT', path: url.pathname + url.search, headers: { 'content-type': 'application/octet-stream', ...headers }, ...rest });
  return { ...reply, code: codeOf(reply) };
}

const PROGRAM = Buffer.concat([Buffer.from('4d5a90000300000004000000ffff0000', 'hex'), Buffer.alloc(2_000)]);

const SENDINGS: [name: string, bytes: number, sent: (arena: Arena) => Sent, expected: string][] = [
  ['a program behind .png', PROGRAM.length, () => ({ body: PROGRAM }), '422 FILE_TYPE_REFUSED'],
  ['a script behind .png', 20, () => ({ body: '#!/bin/sh\nrm -rf /\n ' }), '422 FILE_TYPE_REFUSED'],
  ['a program that begins as PNG ends (polyglot)', 2_016, () => ({ body: PROGRAM, headers: { 'content-type': 'image/png' } }), '422 FILE_TYPE_REFUSED'],
  ['more than was reserved', 10, () => ({ body: Buffer.alloc(100_000) }), '413 FILE_TOO_LARGE'],
  ['more than was reserved, length unsaid', 10, () => ({ body: Buffer.alloc(100_000), headers: { 'transfer-encoding': 'chunked' } }), '413 FILE_TOO_LARGE'],
  ['60 MB into 50', FULL, () => ({ headers: { 'content-length': String(60_000_000) } }), '413 FILE_TOO_LARGE'],
  ['less than was reserved', 100, () => ({ body: Buffer.alloc(10) }), '422 FILE_NOT_READY'],
  ['at an offset that is not reached', 100, () => ({ body: Buffer.alloc(10), headers: { 'upload-offset': '50' } }), '409 CONFLICT'],
  ['at a negative offset', 100, () => ({ body: Buffer.alloc(10), headers: { 'upload-offset': '-1' } }), '422 INVALID'],
  ['at two offsets', 100, () => ({ body: Buffer.alloc(10), headers: { 'upload-offset': '0', 'content-range': 'bytes 50-59/100' } }), '422 INVALID'],
  ['as somebody else who signed in', 10, ({ outsider }) => ({ body: Buffer.alloc(10), headers: { authorization: `Bearer ${outsider.token}` } }), '403 FORBIDDEN'],
  ['by POST', 10, () => ({ method: 'POST', body: Buffer.alloc(10) }), '405 BAD_USER_INPUT'],
  ['by reading the ticket', 10, () => ({ method: 'GET' }), '403 FORBIDDEN'],
];

const sent: Attack[] = SENDINGS.map(([name, bytes, request, expected]) => ({
  name: `sending ${name}`, expected, door: 'http',
  run: async (arena) => put((await upload(arena.uploader().ask, 'a.png', bytes)).ticket, request(arena)),
}));

const TICKETS: [name: string, change: (url: URL, arena: Arena) => void][] = [
  ['for another file', (url, { foreign }) => { url.pathname = `/uploads/${foreign.attachmentId}`; }],
  ['of another person', (url, { foreign }) => url.searchParams.set('who', foreign.customerId)],
  ['that lasts longer', (url) => url.searchParams.set('exp', String(Number(url.searchParams.get('exp')) + 86_400))],
  ['that ran out', (url) => url.searchParams.set('exp', '1700000000')],
  ['without a signature', (url) => url.searchParams.delete('sig')],
  ['with a guessed signature', (url) => url.searchParams.set('sig', 'A'.repeat(43))],
  ['with a path as id', (url) => { url.pathname = '/uploads/..%2f..%2fkeys.json'; }],
];

const tickets: Attack[] = TICKETS.map(([name, change]) => ({
  name: `a ticket ${name}`, expected: '403 FORBIDDEN', door: 'http',
  run: async (arena) => put((await upload(arena.uploader().ask, 'a.png', 10)).ticket, { body: Buffer.alloc(10) }, (url) => change(url, arena)),
}));

const again: Attack = {
  name: 'a ticket used again for other bytes', expected: 'unchanged', door: 'http',
  async run(arena) {
    const who = arena.uploader();
    const { attachmentId, ticket } = await upload(who.ask, 'a.txt', Buffer.from('first '));
    const { ms } = await put(ticket, { body: 'second' });
    const { text } = await read(who, attachmentId);
    return { code: text === 'first ' ? 'unchanged' : text, ms };
  },
};

async function read({ ask }: Somebody, attachmentId: string, headers: Record<string, string> = {}, change?: (url: URL) => void) {
  const { attachment } = await ask<{ attachment: { downloadUrl: string } }>('query ($id: ID!) { attachment(id: $id) { downloadUrl } }', { id: attachmentId });
  return put(attachment.downloadUrl, { method: 'GET', headers }, change);
}

const MARKUP: [name: string, content: string][] = [
  ['HTML behind .png', '<!doctype html><script>alert(document.domain)</script>'],
  ['SVG with a script', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'],
  ['XML with a style sheet', '<?xml version="1.0"?><?xml-stylesheet href="javascript:alert(1)"?><a/>'],
  ['GIF that is a script (polyglot)', 'GIF89a/*<script>alert(1)</script>*/=1;alert(1)'],
  ['PDF that is a page (polyglot)', '%PDF-1.7\n<html><script>alert(1)</script>'],
];

const markup: Attack[] = MARKUP.map(([name, content]) => ({
  name: `showing ${name} to a browser`, expected: 'never runs', door: 'http',
  async run(arena) {
    const who = arena.uploader();
    const { attachmentId } = await upload(who.ask, 'picture.png', Buffer.from(content));
    const { headers, ms, text } = await read(who, attachmentId);
    const isShown = !String(headers['content-disposition']).startsWith('attachment');
    const isLocked = headers['x-content-type-options'] === 'nosniff' && String(headers['content-security-policy']).startsWith("sandbox; default-src 'none'");
    const isPicture = /^image\/(gif|png|jpeg|webp)$/.test(String(headers['content-type']));
    return { code: text === content && isLocked && (!isShown || isPicture) ? 'never runs' : `shown as ${headers['content-type']}`, ms };
  },
}));

const RANGES: [name: string, range: string, expected: string][] = [
  ['one beyond the end', 'bytes=99999999-', '416'],
  ['1,000 overlapping ones', `bytes=${Array.from({ length: 1_000 }, () => '0-').join(',')}`, 'whole once'],
  ['a reversed one', 'bytes=5-1', 'whole once'],
  ['a huge one', `bytes=0-${'9'.repeat(300)}`, 'whole once'],
];

const ranges: Attack[] = RANGES.map(([name, range, expected]) => ({
  name: `Range: ${name}`, expected, door: 'http',
  async run(arena) {
    const { status, text, code, ms } = await read(arena.visitor, arena.visitor.attachmentId, { range });
    return { code: status < 300 ? (text.length < 200 ? 'whole once' : `${text.length} bytes`) : code, ms };
  },
}));

const LINKS: [name: string, change: (url: URL, arena: Arena) => void, token: ((arena: Arena) => string) | null][] = [
  ['a link made for another file', (url, { foreign }) => { url.pathname = `/uploads/${foreign.attachmentId}`; }, null],
  ['a link that ran out', (url) => url.searchParams.set('exp', '1700000000'), null],
  ['a link of somebody else', () => undefined, ({ outsider }) => outsider.token],
];

const links: Attack[] = LINKS.map(([name, change, token]) => ({
  name: `reading by ${name}`, expected: '403 FORBIDDEN', door: 'http',
  run: (arena) => read(arena.visitor, arena.visitor.attachmentId, token ? { authorization: `Bearer ${token(arena)}` } : {}, (url) => change(url, arena)),
}));

const DRIPPING = 20;
const drip: Attack = {
  name: 'bytes that only drip in, cut after 30 s', expected: 'cut', door: 'http', isHeld: true, times: 1,
  async run(arena) {
    const tickets = await Promise.all(Array.from({ length: DRIPPING }, () => upload(arena.uploader().ask, 'a.png', 1_000_000)));
    const cpu = cpuPerSecond(arena, DRIPPING);
    const ends = await Promise.all(tickets.map(({ ticket }) => new Promise<string>((resolve) => {
      const req = request(ticket, { method: 'PUT', headers: { 'content-type': 'application/octet-stream', 'content-length': 1_000_000, 'x-forwarded-for': stranger() } });
      const timer = setInterval(() => req.write('x'), 1_000);
      const patience = setTimeout(() => resolve('still open'), 75_000);
      req.once('error', () => undefined);
      req.once('close', () => {
        [timer, patience].forEach(clearTimeout);
        resolve('cut');
      });
    })));
    return { code: [...new Set(ends)].join(', '), ms: cpu() };
  },
};

export const uploads: Family = { name: 'uploads', attacks: [...reserved, ...sent, ...tickets, again, ...markup, ...ranges, ...links, drip] };
