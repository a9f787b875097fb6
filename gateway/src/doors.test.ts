import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentIdentity, customerIdentity } from '@careline/kit/testing';
import { answersOf, openGateway, type OpenGateway } from './testing/open-gateway.ts';

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const OWN = 'query Own { facts { id } }';

function webFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-web-'));
  for (const path of ['console/assets', 'widget/assets']) mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, 'console/index.html'), '<!doctype html><title>Console</title>');
  writeFileSync(join(folder, 'console/assets/app-1a2b.js'), `export const words = ${JSON.stringify('客服 '.repeat(500))};`);
  writeFileSync(join(folder, 'console/assets/app-1a2b.js.map'), '{}');
  writeFileSync(join(folder, 'widget/widget.js'), 'void 0;');
  writeFileSync(join(folder, 'widget/frame.html'), '<!doctype html><meta name="careline-hosts" content=""><title>Frame</title>');
  writeFileSync(join(folder, 'widget/rate.html'), '<!doctype html><title>Rate</title>');
  writeFileSync(join(folder, 'widget/track.html'), '<!doctype html><title>Track</title>');
  writeFileSync(join(folder, 'widget/demo.html'), '<!doctype html><title>Demo</title>');
  mkdirSync(join(folder, 'graphiql/assets'), { recursive: true });
  writeFileSync(join(folder, 'graphiql/index.html'), '<!doctype html><title>Careline GraphiQL</title>');
  writeFileSync(join(folder, 'graphiql/assets/main-1a2b.js'), 'void 0;');
  writeFileSync(join(folder, 'operations.json'), JSON.stringify({ [hashOf(OWN)]: OWN }));
  return folder;
}

describe('the production gateway', () => {
  let open: OpenGateway;
  beforeAll(async () => {
    open = await openGateway({ folder: webFolder(), config: { isProduction: true, publicUrl: 'https://help.example', frameAncestors: ['https://shop.example'], allowedOrigins: ['https://bi.example'] } });
    open.tokens.set('agent', agentIdentity());
    open.tokens.set('program', { ...agentIdentity(), kind: 'API', id: 'tok_1' });
  });
  afterAll(() => open.close());

  it.each([
    ['documentId', { documentId: hashOf(OWN) }],
    ['documentId with the name of the hash', { documentId: `sha256:${hashOf(OWN)}` }],
    ['its whole text', { query: OWN }],
    ['its text in other white space', { query: `# Own\n${OWN.replaceAll(' ', '\n  ')}` }],
    ['persistedQuery', { extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(OWN) } } }],
  ])('runs a persisted operation given by %s', async (_name, body) => {
    expect((await open.post(JSON.stringify(body), { authorization: 'Bearer agent' })).data).toMatchObject({ facts: { id: expect.any(String) } });
  });

  it('runs documents of their own only for access tokens', async () => {
    expect((await open.ask('{ facts { id } }', {}, { authorization: 'Bearer agent' })).errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
    expect((await open.ask('{ __schema { queryType { name } } }')).errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
    expect((await open.ask('{ facts { kind } }', {}, { authorization: 'Bearer program' })).data).toEqual({ facts: { kind: 'API' } });
    expect((await open.post(JSON.stringify({ documentId: hashOf('other') }))).errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('does not suggest what somebody may have meant', async () => {
    const { errors } = await open.ask('{ factz { id } }', {}, { authorization: 'Bearer program' });
    expect(errors![0]!.message).toContain('factz');
    expect(errors![0]!.message).not.toContain('Did you mean');
  });

  it('shows no GraphiQL', async () => {
    expect((await fetch(`${open.url}/graphql`, { headers: { accept: 'text/html' } })).headers.get('content-type')).not.toContain('html');
    for (const path of ['/graphiql/', '/graphiql/index.html', '/graphiql/assets/main-1a2b.js']) expect((await fetch(`${open.url}${path}`)).status).toBe(404);
  });

  it('serves the console at every path of it, never in a frame', async () => {
    for (const path of ['/', '/inbox/cnv_1', '/admin/sla_policies']) {
      const response = await fetch(`${open.url}${path}`);
      expect(await response.text()).toContain('Console');
      expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('cache-control')).toBe('no-cache');
    }
  });

  it('serves assets for ever, compressed, and says when they did not change', async () => {
    const response = await fetch(`${open.url}/assets/app-1a2b.js`, { headers: { 'accept-encoding': 'br' } });
    expect(response.headers.get('content-encoding')).toBe('br');
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect(await response.text()).toContain('客服');
    expect((await fetch(`${open.url}/assets/app-1a2b.js`, { headers: { 'if-none-match': response.headers.get('etag')! } })).status).toBe(304);
  });

  it.each(['Rate', 'Track'])('opens the page of a secret link (%s), which nobody may frame, keep or learn of', async (title) => {
    const door = title.toLowerCase();
    const response = await fetch(`${open.url}/${door}/clr_a-token`);
    expect(await response.text()).toContain(title);
    expect(Object.fromEntries(response.headers)).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex', 'x-frame-options': 'DENY' });
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    for (const path of [`/${door}/a/b`, `/${door}/`]) expect(await (await fetch(`${open.url}${path}`)).text()).not.toContain(title);
  });

  it('lets any page load the script of the widget', async () => {
    expect((await fetch(`${open.url}/widget.js`)).headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(await (await fetch(`${open.url}/demo`)).text()).toContain('Demo');
  });

  it.each(['/assets/missing.js', '/assets/app-1a2b.js.map', '/..%2foperations.json', '/widget/..%2f..%2foperations.json', '/%'])('serves nothing at %s', async (path) => {
    expect((await fetch(`${open.url}${path}`)).status).toBe(404);
  });

  it.each([['GET', '198.51.100.7'], ['POST', null]])('tells no stranger what it counts, and is asked by GET alone (%s)', async (method, stranger) => {
    const headers = stranger ? { 'x-forwarded-for': stranger } : undefined;
    const answer = await fetch(`${open.url}/metrics`, { method, ...(headers && { headers }) });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual(stranger ? [404, 'NOT_FOUND'] : [405, 'BAD_USER_INPUT']);
    for (const path of ['/healthz', '/readyz']) expect((await fetch(`${open.url}${path}`, { method: 'DELETE' })).headers.get('allow')).toBe('GET, HEAD');
  });

  it('lets only listed origins read answers, and never with the cookie', async () => {
    const preflight = (origin: string) => fetch(`${open.url}/graphql`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
    const allowed = await preflight('https://bi.example');
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://bi.example');
    expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
    expect(allowed.headers.get('access-control-allow-headers')).not.toContain('cookie');
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('accepts sockets from its public address behind a proxy', async () => {
    const client = open.connect({ authorization: 'Bearer program' }, 'https://help.example');
    expect((await answersOf(client, '{ facts { kind } }').next()).data).toEqual({ facts: { kind: 'API' } });
    await client.dispose();
  });
});

it('takes every document in production while there is no manifest to go by', async () => {
  const open = await openGateway({ config: { isProduction: true } });
  expect((await open.ask(OWN)).errors).toBeUndefined();
  await open.close();
});

describe('the refresh token', () => {
  let open: OpenGateway;
  beforeAll(async () => { open = await openGateway(); });
  afterAll(() => open.close());
  const SIGN_IN = 'mutation { signIn(input: {name: "a", password: "b"}) { accessToken secret: refreshToken } }';
  const REFRESH = 'mutation R($input: RefreshSignInInput!) { refreshSignIn(input: $input) { accessToken refreshToken } }';

  it('goes into an httpOnly cookie for who asks, and comes out of it', async () => {
    const signedIn = await open.ask(SIGN_IN, {}, { 'x-careline-cookie': '1' });
    expect(signedIn.data).toEqual({ signIn: { accessToken: 'a1', secret: null } });
    const cookie = signedIn.headers.get('set-cookie')!;
    expect(cookie).toMatch(/^careline_refresh=r1; Path=\/graphql; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    const refreshed = await open.ask(REFRESH, { input: {} }, { 'x-careline-cookie': '1', cookie: 'careline_refresh=r1' });
    expect(refreshed.data).toEqual({ refreshSignIn: { accessToken: 'a2', refreshToken: null } });
    expect(refreshed.headers.get('set-cookie')).toContain('careline_refresh=r2');
  });

  it('stays in the answer for everybody else', async () => {
    const answer = await open.ask(SIGN_IN);
    expect(answer.data).toEqual({ signIn: { accessToken: 'a1', secret: 'r1' } });
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  it('is as good as none when the cookie is malformed', async () => {
    expect((await open.ask(REFRESH, { input: {} }, { 'x-careline-cookie': '1', cookie: 'careline_refresh=%E0%A4%A' })).data).toEqual({ refreshSignIn: { accessToken: null, refreshToken: null } });
  });

  it('is not taken from the cookie without the header, nor for a page of another origin', async () => {
    const cookie = 'careline_refresh=r1';
    expect((await open.ask(REFRESH, { input: {} }, { cookie })).data).toEqual({ refreshSignIn: { accessToken: null, refreshToken: null } });
    expect((await open.ask(REFRESH, { input: {} }, { cookie, 'x-careline-cookie': '1', origin: 'https://evil.example' })).data).toEqual({ refreshSignIn: { accessToken: null, refreshToken: null } });
  });
});

describe('rates', () => {
  it('hold each sender by operation, aliases counted, and say how long to wait', async () => {
    const open = await openGateway();
    open.tokens.set('a', customerIdentity());
    open.tokens.set('b', customerIdentity());
    const send = (token: string, times: number) => open.ask(`mutation { ${Array.from({ length: times }, (_one, index) => `s${index}: signIn(input: {name: "a", password: "b"}) { accessToken }`).join(' ')} }`, {}, { authorization: `Bearer ${token}` });
    expect((await send('a', 15)).errors).toBeUndefined();
    const refused = await send('b', 15);
    expect(refused.errors![0]!.extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await open.ask('{ facts { id } }', {}, { authorization: 'Bearer b' })).errors).toBeUndefined();
    await open.close();
  });

  it('stop asking about the tokens of an address that only guesses', async () => {
    const open = await openGateway();
    open.tokens.set('good', agentIdentity());
    const known = () => open.ask('{ facts { id } }', {}, { authorization: 'Bearer good' });
    expect((await known()).errors).toBeUndefined();
    for (let times = 0; times < 301; times += 1) await open.ask('{ facts { id } }', {}, { authorization: `Bearer guess-${times}` });
    const asked = open.conversations.asked();
    expect((await open.ask('{ facts { id } }', {}, { authorization: 'Bearer another' })).errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    expect(open.conversations.asked()).toBe(asked);
    expect((await known()).errors).toBeUndefined();
    await open.close();
  });

  it('hold who makes us read one new document after the other, not who repeats known ones', async () => {
    const open = await openGateway();
    open.tokens.set('a', agentIdentity());
    open.tokens.set('b', agentIdentity());
    const ask = (query: string, token: string, address: string) => open.ask(query, {}, { authorization: `Bearer ${token}`, 'x-forwarded-for': address });
    const known = '{ facts { id } }';
    await ask(known, 'a', '192.0.2.1');
    const codes = new Set<unknown>();
    // Twice what one window lets through: the first half may fall on its end.
    for (let times = 0; times < 42 && !codes.has('RATE_LIMITED'); times += 1) codes.add((await ask(`{ broken${times} } #${'x'.repeat(20_000)}`, 'a', '192.0.2.1')).errors![0]!.extensions.code);
    expect([...codes]).toEqual(['BAD_USER_INPUT', 'RATE_LIMITED']);
    expect((await ask(known, 'a', '192.0.2.1')).errors).toBeUndefined();
    expect((await ask('{ facts { kind } }', 'b', '192.0.2.2')).errors).toBeUndefined();
    await open.close();
  });

  it('can be switched off', async () => {
    const open = await openGateway({ config: { limits: { rateScale: 0 } } });
    for (let times = 0; times < 25; times += 1) expect((await open.ask('mutation { signIn(input: {name: "a", password: "b"}) { accessToken } }')).errors).toBeUndefined();
    await open.close();
  });
});

describe('GraphiQL', () => {
  it('opens in a browser in development', async () => {
    const open = await openGateway({ folder: webFolder() });
    const response = await fetch(`${open.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(await response.text()).toContain('Careline GraphiQL');
    const policy = response.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'self'; script-src 'self'; ");
    expect(policy).not.toMatch(/https:\/\/|unsafe-eval/);
    expect((await fetch(`${open.url}/graphiql/assets/main-1a2b.js`)).headers.get('cache-control')).toContain('immutable');
    await open.close();
  });
});

describe('the frame of the widget', () => {
  const framed = async (open: OpenGateway, query: string, page = '/widget/frame.html') => {
    const response = await fetch(`${open.url}${page}${query}`);
    const [, hosts] = /name="careline-hosts" content="([^"]*)"/.exec(await response.text()) ?? [];
    return { ancestors: /frame-ancestors ([^;]*)/.exec(response.headers.get('content-security-policy')!)![1], hosts, caching: response.headers.get('cache-control') };
  };
  const openWith = async (isProduction: boolean) => {
    const open = await openGateway({ folder: webFolder(), config: { isProduction, frameAncestors: ['https://all.example'] } });
    open.origins.set('shop', ['https://shop.example', 'http://127.0.0.1:5000']).set('plain', []).set('odd', ['https://a.example; script-src *', 'https://b.example']);
    return open;
  };
  const LISTED = { ancestors: "'self' https://shop.example http://127.0.0.1:5000", hosts: 'https://shop.example http://127.0.0.1:5000', caching: 'no-store' };
  const OPERATOR = { ancestors: "'self' https://all.example", hosts: 'https://all.example', caching: 'no-store' };

  it('may be embedded in production only by listed pages, or where none is listed by those the operator names', async () => {
    const open = await openWith(true);
    expect(await framed(open, '?channel=shop')).toEqual(LISTED);
    expect(await framed(open, '?channel=shop', '/widget/')).toEqual(LISTED);
    expect(await framed(open, '?channel=shop', '/widget/%66rame.html')).toEqual(LISTED);
    // The page reads the first one too.
    expect(await framed(open, '?channel=shop&channel=plain')).toEqual(LISTED);
    for (const query of ['?channel=plain', '?channel=nowhere', '?channel=%0d%0aX', '']) expect(await framed(open, query)).toEqual(OPERATOR);
    expect((await framed(open, '?channel=odd')).ancestors).toBe("'self' https://b.example");
    await open.close();
  });

  it('may be embedded in development by every page where none is listed, else by listed ones', async () => {
    const open = await openWith(false);
    expect(await framed(open, '?channel=shop')).toEqual(LISTED);
    expect(await framed(open, '?channel=plain')).toEqual({ ancestors: 'http: https:', hosts: '*', caching: 'no-store' });
    await open.close();
  });

  it('stays with our own pages while nobody can tell, and asks once for many openings', async () => {
    const open = await openWith(false);
    expect(await framed(open, '?channel=broken')).toMatchObject({ ancestors: "'self'", hosts: '' });
    const asked = open.conversations.asked();
    await Promise.all(Array.from({ length: 20 }, () => framed(open, '?channel=shop')));
    expect(open.conversations.asked()).toBe(asked + 1);
    await open.close();
  });

  it.each(['/demo', '/widget/demo.html', '/widget/rate.html'])('is the only page that others may embed: not %s', async (page) => {
    const open = await openWith(false);
    expect((await framed(open, '', page)).ancestors).toBe("'none'");
    await open.close();
  });
});
