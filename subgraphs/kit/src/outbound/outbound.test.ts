import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openMailServer } from '../testing/index.ts';
import { isNetwork, postSafely, reachableWith, readHookUrl, signHook, smtpMailer, type Undelivered } from './index.ts';

const nowhere = reachableWith([]);
const here = reachableWith(['127.0.0.0/8', '::1']);

describe('reachableWith', () => {
  it.each([
    ['93.184.216.34', true], ['2606:2800:220:1::1', true], ['8.8.8.8', true],
    ['127.0.0.1', false], ['10.0.0.1', false], ['172.15.255.255', true], ['172.16.0.0', false], ['172.31.255.255', false], ['172.32.0.0', true], ['192.168.1.1', false],
    ['169.254.169.254', false], ['100.64.0.1', false], ['0.0.0.0', false], ['224.0.0.1', false], ['255.255.255.255', false],
    ['::1', false], ['::', false], ['fe80::1', false], ['fd00::1', false], ['::ffff:127.0.0.1', false], ['::ffff:7f00:1', false], ['::ffff:8.8.8.8', true], ['64:ff9b::a00:1', false], ['2002:7f00:1::', false],
    ['localhost', false], ['', false],
  ])('says of %s: %s', (address, mayReach) => expect(nowhere.mayReach(address)).toBe(mayReach));

  it('opens the inner networks that are named, and no others', () => {
    const opened = reachableWith(['10.1.0.0/16', 'fd00:1::/32']);
    expect(['10.1.2.3', '10.2.0.1', 'fd00:1::9', 'fd00:2::9'].map((address) => opened.mayReach(address))).toEqual([true, false, true, false]);
  });
});

it.each([
  ['10.0.0.0/8', true], ['10.0.0.0/32', true], ['10.0.0.0/33', false], ['fd00::/8', true], ['fd00::/129', false], ['10.0.0.1', true], ['10.0.0.0/8/8', false], ['host', false], ['10.0.0.0/', false],
])('isNetwork says of %s: %s', (text, isOne) => expect(isNetwork(text)).toBe(isOne));

it.each([
  ['https://hooks.example/a?b=1', true], ['http://10.0.0.1:8080/', true], ['ftp://example/', false], ['https://user:pass@example/', false], ['https://example/#x', false], ['example.com', false],
  [`https://example/${'x'.repeat(500)}`, false], [`https://example/${'长'.repeat(400)}`, false],
])('readHookUrl takes %s: %s', (text, isTaken) => expect(readHookUrl(text) !== null).toBe(isTaken));

it('a signature is that of the moment and the body', () => {
  expect(signHook('whsec_1', '{"a":1}', 1_700_000_000_000)).toBe(`t=1700000000000,v1=${createHmac('sha256', 'whsec_1').update('1700000000000.{"a":1}').digest('hex')}`);
});

describe('postSafely', () => {
  let server: Server;
  let url: string;
  let heard: { method: string; path: string; headers: IncomingMessage['headers']; body: string }[];
  let answer: { status: number; headers?: Record<string, string> };
  beforeEach(async () => {
    heard = [];
    answer = { status: 204 };
    server = createServer((req, res) => {
      const chunks: Buffer[] = [];
      req.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        heard.push({ method: req.method!, path: req.url!, headers: req.headers, body: Buffer.concat(chunks).toString() });
        res.writeHead(answer.status, answer.headers).end('x'.repeat(1_000));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?x=1`;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));
  const post = (to = url, reachable = here) => postSafely({ url: to, headers: { 'Careline-Delivery': 'adl_1' }, body: '{"words":"预警"}' }, reachable).then(() => null, (error: Undelivered) => error.fault);

  it('sends the body with its headers to an opened network, by name and by number', async () => {
    expect(await post()).toBeNull();
    expect(await post(url.replace('127.0.0.1', 'localhost'))).toBeNull();
    expect(heard[0]).toMatchObject({ method: 'POST', path: '/hook?x=1', body: '{"words":"预警"}', headers: { 'content-type': 'application/json', 'careline-delivery': 'adl_1' } });
  });

  it('connects to no inner address that was not opened, however it is spelled', async () => {
    const { port } = new URL(url);
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0x7f000001', '2130706433', '127.1', '0.0.0.0']) expect(await post(`http://${host}:${port}/`, nowhere), host).toBe('address refused');
    expect(heard).toEqual([]);
  });

  it('speaks http only to opened networks', async () => {
    expect(await post('http://93.184.216.34/', here)).toBe('address refused');
  });

  it.each([[200, null], [299, null], [301, 'status 301'], [404, 'status 404'], [500, 'status 500']])('takes an answer of %i for %s', async (status, fault) => {
    answer = { status, headers: { location: `${url}&again` } };
    expect(await post()).toBe(fault);
    expect(heard).toHaveLength(1);
  });

  it('says what went wrong without quoting anybody', async () => {
    const { port } = new URL(url);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await post(`http://127.0.0.1:${port}/`)).toBe('connection refused');
    expect(await post('http://nowhere.invalid/')).toBe('no such host');
    server.listen(0, '127.0.0.1');
  });
});

describe('smtpMailer', () => {
  it('sends a mail once taken, marked as written by a machine, under its own id', async () => {
    const server = await openMailServer();
    await smtpMailer(server.url, 'Careline <careline@example.com>').send({ to: 'boss@example.com', subject: '达标率预警', text: '94.9%\n', id: 'adl_1' });
    await server.close();
    const [{ to, data }] = server.mails as [{ to: string[]; data: string }];
    expect(to).toEqual(['boss@example.com']);
    expect(data).toMatch(/Message-ID: <adl_1@example.com>/i);
    expect(data).toMatch(/Auto-Submitted: auto-generated/i);
    expect(data).toContain('94.9%');
  });

  it('says which answer the mail server refused it with, and when there is none', async () => {
    const server = await openMailServer();
    server.refusal = '550 unknown';
    const send = () => smtpMailer(server.url, 'careline@example.com').send({ to: 'x@example.com', subject: 's', text: 't', id: 'adl_2' }).then(() => null, (error: Undelivered) => error.fault);
    expect(await send()).toBe('mail server said 550');
    await server.close();
    expect(await send()).toBe('connection failed');
  });
});
