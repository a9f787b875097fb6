import { agentIdentity, createTestWorld, type World } from '@careline/kit/testing';
import { localeOf } from '@careline/kit/graphql';
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKnowledge } from '../subgraph.ts';

const editor = agentIdentity({ role: 'editor' });
let world: World;
let server: Server;
let origin: string;

beforeAll(async () => {
  world = await createTestWorld(createKnowledge);
  server = createServer((req, res) => void world.subgraphs.knowledge!.handle(req, res, {
    identity: null, requestId: 'req', locale: localeOf(req.headers['accept-language']), address: null, device: null, clientName: null,
  }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await world.close();
});

async function published(changes: object): Promise<string> {
  const input = { title: '收不到验证码', content: '# 先看\n\n| 步骤 | 说明 |\n|---|--:|\n| 1 | 查看 |', similarQuestions: ['甲', '乙', '丙'], visibility: 'PUBLIC', category: '账户/验证码', ...changes };
  const saved = await world.execute('knowledge', 'mutation ($input: SaveArticleInput!) { saveArticle(input: $input) { article { number } version { id } } }', { input }, editor);
  const { article, version } = saved.data.saveArticle;
  await world.execute('knowledge', 'mutation ($input: PublishArticleInput!) { publishArticle(input: $input) { userErrors { code } } }', { input: { versionId: version.id, idempotencyKey: randomUUID() } }, editor);
  return article.number;
}
const get = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(origin + path, { headers });
  return { status: response.status, headers: response.headers, html: await response.text() };
};

describe('the help centre', () => {
  it('shows an article to anybody, with its number, version and rendered text', async () => {
    const number = await published({});
    const { status, html, headers } = await get(`/help/${number}`);
    expect(status).toBe(200);
    expect(html).toContain('<html lang="zh-CN">');
    expect(html).toContain('<h1>收不到验证码</h1>');
    expect(html).toContain('<th class="align-right">说明</th>');
    expect(html).toContain(`${number}@1`);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(headers.get('cache-control')).toBe('public, max-age=60');
  });

  it('finds articles by words, keeps the words in the box and never takes them for markup', async () => {
    const mark = randomUUID();
    const number = await published({ title: `退款多久到账 ${mark}` });
    expect((await get(`/help?q=${encodeURIComponent(mark)}`)).html).toContain(`href="/help/${number}?lang=zh"`);
    const { html } = await get(`/help?q=${encodeURIComponent('"><script>alert(1)</script>')}`);
    expect(html).not.toContain('<script');
    expect(html).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
    expect(html).toContain('role="status"');
  });

  it('answers with 404 and a search box where no article is in force', async () => {
    const hidden = await published({ visibility: 'INTERNAL' });
    const later = await published({ effectiveDate: '2027-01-01' });
    for (const path of [`/help/${hidden}`, `/help/${later}`, '/help/KB-999999', '/help/..%2f..', "/help/KB-1'--", '/help/a/b']) {
      const { status, html } = await get(path);
      expect([path, status]).toEqual([path, 404]);
      expect(html).toContain('type="search"');
    }
  });

  it('speaks the language asked for, in the address before the browser’s', async () => {
    const number = await published({ title: 'No verification code', locale: 'EN' });
    expect((await get('/help', { 'accept-language': 'en-GB,en' })).html).toContain('<html lang="en">');
    expect((await get('/help?lang=zh', { 'accept-language': 'en' })).html).toContain('<html lang="zh-CN">');
    const { html } = await get(`/help/${number}?lang=zh`);
    expect(html).toContain('<article class="sheet" lang="en">');
  });

  it('lists page after page without doubles', async () => {
    const mark = randomUUID();
    for (let index = 0; index < 52; index += 1) await published({ title: `${mark} ${String(index).padStart(2, '0')}` });
    const titles = (html: string) => [...html.matchAll(/<strong>([^<]+)<\/strong>/g)].map((match) => match[1]);
    const first = (await get(`/help?q=${mark}`)).html;
    const next = /rel="next" href="([^"]+)"/.exec(first)![1]!.replaceAll('&amp;', '&');
    const all = [...titles(first), ...titles((await get(next)).html)];
    expect([titles(first).length, all.length, new Set(all).size]).toEqual([50, 52, 52]);
    expect((await get('/help?after=nonsense')).status).toBe(200);
  });

  it('is not kept by caches beyond midnight', async () => {
    const number = await published({ title: '今天到期', expireDate: '2026-11-23' });
    await world.clock.advance(Date.parse('2026-11-23T15:59:50.000Z') - world.clock.now());
    expect((await get(`/help/${number}`)).headers.get('cache-control')).toBe('public, max-age=10');
    await world.clock.advance(10_000);
    expect((await get(`/help/${number}`)).status).toBe(404);
  });

  it('takes nothing but reading', async () => {
    expect((await fetch(`${origin}/help`, { method: 'POST' })).status).toBe(405);
    const head = await fetch(`${origin}/help`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });
});
