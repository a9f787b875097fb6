import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { readArrival, readBearer, readDevice, readLocale } from './facts.ts';

const arrive = (remoteAddress: string, headers: Record<string, string>, isProxyTrusted = false) =>
  readArrival({ headers, socket: { remoteAddress } } as unknown as IncomingMessage, { isProxyTrusted, publicUrl: 'https://help.example' });

describe('readArrival', () => {
  it.each([
    ['the socket says it', '203.0.113.5', undefined, false, '203.0.113.5'],
    ['IPv4 in IPv6 clothes', '::ffff:203.0.113.5', undefined, false, '203.0.113.5'],
    ['a stranger may say what it likes', '203.0.113.5', '127.0.0.1', false, '203.0.113.5'],
    ['a trusted proxy is believed, its last word only', '10.0.0.1', '1.1.1.1, 198.51.100.7', true, '198.51.100.7'],
    ['a proxy on this machine does not make callers local', '127.0.0.1', '198.51.100.7', false, '198.51.100.7'],
    ['nor does its word that they are', '127.0.0.1', '127.0.0.1', false, 'unknown'],
    ['the machine itself', '127.0.0.1', undefined, false, '127.0.0.1'],
  ])('address: %s', (_name, remote, forwarded, isProxyTrusted, expected) => {
    expect(arrive(remote, forwarded ? { 'x-forwarded-for': forwarded } : {}, isProxyTrusted).address).toBe(expected);
  });

  it.each([
    ['no page', {}, null],
    ['a page of the public address', { origin: 'https://help.example', host: '10.0.0.9:4000' }, null],
    ['a page of the host it asks', { origin: 'http://127.0.0.1:4000', host: '127.0.0.1:4000' }, null],
    ['a page elsewhere', { origin: 'https://shop.example', host: 'help.example' }, 'https://shop.example'],
    ['a page on another port', { origin: 'http://127.0.0.1:5000', host: '127.0.0.1:4000' }, 'http://127.0.0.1:5000'],
    ['a page without an origin of its own', { origin: 'null', host: 'help.example' }, 'null'],
  ])('page: %s', (_name, headers, expected) => {
    expect(arrive('::1', headers).pageOrigin).toBe(expected);
  });

  it('makes a request id of its own unless the given one is harmless', () => {
    expect(arrive('::1', { 'x-request-id': 'abc-12345' }).requestId).toBe('abc-12345');
    expect(arrive('::1', { 'x-request-id': 'a\nlevel=50' }).requestId).toMatch(/^[0-9a-f-]{36}$/);
  });
});

it.each([
  [undefined, 'ZH_CN'], ['', 'ZH_CN'], ['en-GB,en;q=0.9', 'EN'], ['zh-TW, en', 'ZH_CN'], ['fr, en;q=0.5', 'EN'], ['fr', 'ZH_CN'],
])('reads the language of %s', (value, expected) => {
  expect(readLocale(value)).toBe(expected);
});

it.each([['Bearer abc', 'abc'], ['bearer abc', 'abc'], ['Basic abc', null], ['Bearer', null], [undefined, null], [['Bearer a'], null]])('reads the token of %s', (value, expected) => {
  expect(readBearer(value)).toBe(expected);
});

it.each([
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0', 'Edge on Windows'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0', 'WeChat on iOS'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
  ['curl/8.5.0', 'curl/8.5.0'], [undefined, null],
])('reads the device of %s', (userAgent, expected) => {
  expect(readDevice(userAgent)).toBe(expected);
});
