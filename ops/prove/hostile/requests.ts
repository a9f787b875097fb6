import { gzipSync } from 'node:zlib';
import { cpuPerSecond } from './process.ts';
import type { Attack, Family } from './attack.ts';
import type { Arena } from './arena.ts';
import { codeOf, openLine, send, sendRaw, stranger, type Sent } from './wire.ts';

const json = { 'content-type': 'application/json' };
const QUERY = JSON.stringify({ query: '{ viewer { serverTime } }' });
const REFRESH = 'mutation { refreshSignIn(input: {}) { userErrors { code } } }';
const bomb = gzipSync(Buffer.alloc(100_000_000));

const post = (body: string | Buffer, headers: Sent['headers'] = {}): Sent => ({ method: 'POST', path: '/graphql', body, headers: { ...json, ...headers } });

const REQUESTS: [name: string, request: Sent, expected: string][] = [
  ['batch of operations', post(`[${QUERY},${QUERY}]`), '400 BAD_USER_INPUT'],
  ['batch of 1,000', post(`[${Array.from({ length: 1_000 }, () => QUERY).join(',')}]`), '400 BAD_USER_INPUT'],
  ['malformed JSON', post('{"query":'), '400 BAD_USER_INPUT'],
  ['JSON nested 100,000 deep', post('['.repeat(100_000)), '400 BAD_USER_INPUT'],
  ['body that is a string', post('"{ viewer }"'), '400 BAD_USER_INPUT'],
  ['body of nothing', post(''), '400 BAD_USER_INPUT'],
  ['body in UTF-16', post(Buffer.from(QUERY, 'utf16le')), '400 BAD_USER_INPUT'],
  ['body of 300 KB', post('x'.repeat(300_000)), '413 BAD_USER_INPUT'],
  ['body of 300 KB without a length', post('x'.repeat(300_000), { 'transfer-encoding': 'chunked' }), '413 BAD_USER_INPUT'],
  ['body said to be 10 GB', { method: 'POST', path: '/graphql', headers: { ...json, 'content-length': '10000000000' } }, '413 BAD_USER_INPUT'],
  ['decompression bomb, 100 MB in 97 KB', post(bomb, { 'content-encoding': 'gzip' }), '400 BAD_USER_INPUT'],
  ['form', post('query=%7Bviewer%7BserverTime%7D%7D', { 'content-type': 'application/x-www-form-urlencoded' }), '415 BAD_USER_INPUT'],
  ['multipart form', post('--x', { 'content-type': 'multipart/form-data; boundary=x' }), '415 BAD_USER_INPUT'],
  ['plain text, which needs no preflight', post(QUERY, { 'content-type': 'text/plain' }), '415 BAD_USER_INPUT'],
  ['no content type', { method: 'POST', path: '/graphql', body: QUERY }, '415 BAD_USER_INPUT'],
  ['application/graphql', post('{ viewer { serverTime } }', { 'content-type': 'application/graphql' }), '415 BAD_USER_INPUT'],
  ['mutation by GET', { path: `/graphql?query=${encodeURIComponent(REFRESH)}` }, '405 BAD_USER_INPUT'],
  ['PUT', { method: 'PUT', path: '/graphql', body: QUERY, headers: json }, '405 BAD_USER_INPUT'],
  ['TRACE', { method: 'TRACE', path: '/graphql' }, '405 BAD_USER_INPUT'],
  ['method over a header', post(QUERY, { 'x-http-method-override': 'GET', 'content-type': 'text/plain' }), '415 BAD_USER_INPUT'],
  ['cookie that is no text', post(JSON.stringify({ query: REFRESH }), { cookie: 'careline_refresh=%E0%A4%A', 'x-careline-cookie': '1' }), 'REQUIRED'],
  ['header of 20 KB', { path: '/graphql', headers: { a: 'x'.repeat(20_000) } }, '431'],
  ['dot segments out of a door', { path: '/uploads/../metrics' }, '404 NOT_FOUND'],
  ['escaped dot segments out of a door', { path: '/help/%2e%2e/metrics' }, '404 NOT_FOUND'],
  ['dot segments out of the web folder', { path: '/widget/..%2f..%2f..%2fpackage.json' }, '404'],
  ['metrics from outside', { path: '/metrics' }, '404 NOT_FOUND'],
];

const ticket = (changes: string) => `{"category":"TECHNICAL","subject":"x","customerId":"cus_01jd0000000000000000000000"${changes}}`;

/** The door of outside programs, by one that may use it or by nobody. */
const TICKETS: [name: string, request: Sent, expected: string, isNobody?: true][] = [
  ['by nobody', { body: ticket(''), headers: json }, '401 UNAUTHENTICATED', true],
  ['by GET', { method: 'GET' }, '405 BAD_USER_INPUT'],
  ['as a form', { body: 'subject=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, '400 BAD_USER_INPUT'],
  ['malformed', { body: '[{', headers: json }, '400 BAD_USER_INPUT'],
  ['nested 100,000 deep', { body: ticket(`,"customFields":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`), headers: json }, '400 BAD_USER_INPUT'],
  ['with half a character', { body: ticket(',"description":"a\\ud800"'), headers: json }, '400 BAD_USER_INPUT'],
  ['1,001 at once', { body: `[${Array.from({ length: 1_001 }, () => '{}').join(',')}]`, headers: json }, '422 TOO_MANY'],
  ['said to be 10 GB', { headers: { ...json, 'content-length': '10000000000' } }, '413 FILE_TOO_LARGE'],
];

const tickets: Attack[] = TICKETS.map(([name, request, expected, isNobody]) => ({
  name: `tickets by REST, ${name}`, expected, door: 'http',
  async run({ url, staff }) {
    const reply = await send(url, { method: 'POST', path: '/create_ticket', ...request, headers: { ...request.headers, ...(isNobody ? {} : { authorization: `Bearer ${staff.token}` }) } });
    return { code: codeOf(reply), ms: reply.ms };
  },
}));

const asSent: Attack[] = REQUESTS.map(([name, request, expected]) => ({
  name, expected, door: 'http',
  async run({ url }) {
    const reply = await send(url, request);
    return { code: codeOf(reply), ms: reply.ms };
  },
}));

const head = (arena: Arena, more: string) => `POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:${arena.port}\r\nX-Forwarded-For: ${stranger()}\r\nContent-Type: application/json\r\n${more}\r\n`;
const smuggled = 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n';

const RAW: [name: string, bytes: (arena: Arena) => string, expected: string][] = [
  ['two lengths at once (smuggling)', (arena) => head(arena, `Content-Length: 4\r\nTransfer-Encoding: chunked\r\n`) + `0\r\n\r\n${smuggled}`, '400'],
  ['two different lengths', (arena) => head(arena, 'Content-Length: 4\r\nContent-Length: 40\r\n') + smuggled, '400'],
  ['bare line breaks in a header', (arena) => head(arena, `X: a\nTransfer-Encoding: chunked\r\n`) + smuggled, '400'],
  ['5,000 headers', (arena) => head(arena, Array.from({ length: 5_000 }, (_one, index) => `x${index}: 1\r\n`).join('')), '431'],
  ['a chunk of 2^68 bytes', (arena) => head(arena, 'Transfer-Encoding: chunked\r\n') + 'fffffffffffffffff\r\n{', '400'],
  ['words that are no HTTP', () => 'EHLO mail.example\r\n\r\n', '400'],
  ['another server’s address', (arena) => `GET http://169.254.169.254/latest HTTP/1.1\r\nHost: 127.0.0.1:${arena.port}\r\nConnection: close\r\n\r\n`, '400'],
  ['a tunnel (CONNECT)', (arena) => `CONNECT 127.0.0.1:3306 HTTP/1.1\r\nHost: 127.0.0.1:${arena.port}\r\n\r\n`, '0'],
];

const raw: Attack[] = RAW.map(([name, bytes, expected]) => ({
  name, expected, door: 'http',
  async run(arena) {
    const reply = await sendRaw(arena.port, bytes(arena));
    return { code: String(reply.status), ms: reply.ms };
  },
}));

const HELD_LINES = 20;

/** Opens many lines that each say a little at a time, and waits until the server has hung up on all of them. */
async function hold(arena: Arena, first: string, drip: string, withinMs: number): Promise<{ code: string; ms: number }> {
  const cpu = cpuPerSecond(arena, HELD_LINES);
  const statuses = await Promise.all(Array.from({ length: HELD_LINES }, () => new Promise<string>((resolve) => {
    const line = openLine(arena.port);
    let said = '';
    const timer = setInterval(() => line.write(drip), 1_000);
    const patience = setTimeout(() => resolve('still open'), withinMs);
    line.on('data', (chunk: Buffer) => (said += chunk.toString('latin1')));
    line.once('close', () => resolve(/^HTTP\/1\.1 (\d+)/.exec(said)?.[1] ?? 'closed'));
    line.write(first);
    line.once('close', () => [timer, patience].forEach(clearTimeout));
  })));
  return { code: [...new Set(statuses)].join(', '), ms: cpu() };
}

const held: Attack[] = [
  { name: 'slow headers (slowloris), cut after 15 s', expected: '408', door: 'http', isHeld: true, times: 1, run: (arena) => hold(arena, 'GET / HTTP/1.1\r\nHost: x\r\n', 'x: y\r\n', 25_000) },
  { name: 'slow body, cut after 15 s', expected: '408', door: 'http', isHeld: true, times: 1, run: (arena) => hold(arena, head(arena, 'Content-Length: 200000\r\n'), ' ', 25_000) },
];

export const requests: Family = { name: 'requests', attacks: [...asSent, ...tickets, ...raw, ...held] };
