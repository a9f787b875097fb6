import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { blindIndex, createKeyring, normaliseEmail, normalisePhone, readUploadLink, signUploadLink } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'careline-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the keyring', () => {
  it('is made once, readable by its owner alone, and found again by the next start', () => {
    const file = join(folder, 'deep', 'keys.json');
    const first = createKeyring({ file });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(createKeyring({ file }).secret('links')).toEqual(first.secret('links'));
  });

  it('refuses a damaged ring instead of starting with new keys, and quotes nothing of it', () => {
    const file = join(folder, 'damaged.json');
    writeFileSync(file, '{"root":"c2VjcmV0"}');
    expect(() => createKeyring({ file })).toThrow(/damaged/);
    expect(() => createKeyring({ file })).not.toThrow(/c2VjcmV0/);
  });

  it('opens with an old key after a new one became active, and its secrets stay', () => {
    const file = join(folder, 'rotate.json');
    const before = createKeyring({ file });
    const { kekId, wrapped } = before.wrap('cus_1', Buffer.alloc(32, 7));
    const ring = JSON.parse(readFileSync(file, 'utf8'));
    const after = createKeyring({ env: JSON.stringify({ ...ring, active: 2, keys: { ...ring.keys, 2: Buffer.alloc(32, 9).toString('base64') } }) });
    expect(after.unwrap('cus_1', kekId, wrapped)).toEqual(Buffer.alloc(32, 7));
    expect(after.wrap('cus_1', Buffer.alloc(32, 7)).kekId).toBe(2);
    expect(after.secret('blind-index')).toEqual(before.secret('blind-index'));
    expect(after.secret('links')).not.toEqual(after.secret('internal'));
  });
});

describe('blind index', () => {
  const ring = createKeyring({});

  it('finds equal values of one kind and nothing else', () => {
    expect(blindIndex(ring, 'phone', '+8613800138000')).toEqual(blindIndex(ring, 'phone', '+8613800138000'));
    expect(blindIndex(ring, 'phone', '+8613800138000')).not.toEqual(blindIndex(ring, 'external', '+8613800138000'));
    expect(blindIndex(ring, 'phone', '+8613800138000')).not.toEqual(blindIndex(createKeyring({}), 'phone', '+8613800138000'));
  });

  it.each([
    ['138 0013-8000', '+8613800138000'], ['+86 138 0013 8000', '+8613800138000'], ['8613800138000', '+8613800138000'],
    ['１３８００１３８０００', '+8613800138000'], ['(010) 6552-9988', '+861065529988'], ['400-810-8888', '+864008108888'],
    ['0044 20 7946 0958', '+442079460958'], ['12345', null], ['12800138000', null], ['a13800138000', null], ['', null],
  ])('reads the phone number %s as %s', (text, expected) => expect(normalisePhone(text)).toBe(expected));

  it.each([
    [' Wang.Wu@Example.COM ', 'wang.wu@example.com'], ['a@b', null], ['a b@c.cn', null], ['@c.cn', null], ['a@c.', null],
  ])('reads the address %s as %s', (text, expected) => expect(normaliseEmail(text)).toBe(expected));
});

describe('upload links', () => {
  const ring = createKeyring({});
  const now = Date.parse('2026-11-23T01:00:00Z');
  const link = (verb: 'GET' | 'PUT' = 'GET') => signUploadLink(ring, { attachmentId: 'att_01abc', verb, viewerId: 'agt_1', expiresAt: now + 300_000, publicUrl: 'http://localhost:4000/' });
  const read = (url: string, method = 'GET', at = now) => readUploadLink(ring, { url, method, now: at });

  it('are read back with their viewer, for their method, by path or whole address', () => {
    expect(link()).toMatch(/^http:\/\/localhost:4000\/uploads\/att_01abc\?exp=\d+&who=agt_1&sig=/);
    expect(read(link())).toEqual({ attachmentId: 'att_01abc', verb: 'GET', viewerId: 'agt_1', expiresAt: now + 300_000 });
    expect(read(link().replace('http://localhost:4000', ''), 'HEAD')?.attachmentId).toBe('att_01abc');
    expect(read(link('PUT'), 'PUT')?.verb).toBe('PUT');
  });

  it.each([
    ['another method', link('GET'), 'PUT', now],
    ['another attachment', link().replace('01abc', '01abd'), 'GET', now],
    ['another viewer', link().replace('agt_1', 'agt_2'), 'GET', now],
    ['a longer time', link().replace(/exp=\d/, 'exp=9'), 'GET', now],
    ['no signature', link().replace(/&sig=.*/, ''), 'GET', now],
    ['the moment it runs out', link(), 'GET', now + 300_000],
  ])('are void for %s', (_name, url, method, at) => expect(read(url, method, at)).toBeNull());
});
