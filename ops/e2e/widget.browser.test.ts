import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchWithoutStorage, openDevice } from './browser/chromium.ts';
import { openDesk, type Desk } from './browser/desk.ts';
import { shootFailures } from './browser/failures.ts';
import { openSite, type Site } from './browser/pages.ts';
import { storedTexts } from './browser/stories.ts';
import { VisitorPage } from './browser/visitor-page.ts';

let desk: Desk;
let site: Site;
const folder = mkdtempSync(join(tmpdir(), 'careline-browser-'));

const SHOP = (desk: Desk, hostile: string) => `<!doctype html><html lang="zh-CN"><title>shop</title><p>shop</p>
<script src="${desk.url}/widget.js" data-channel="${desk.staff.channelKey}" async></script><iframe src="${hostile}/hostile"></iframe></html>`;

/** Speaks to the page above it as if it were the chat. */
const HOSTILE = `<!doctype html><title>hostile</title><script>
for (const message of [{ type: 'unread', count: 42 }, { type: 'color', accent: 'rgb(1, 2, 3)' }, { type: 'words', open: 'owned', close: 'owned', frame: 'owned' }, { type: 'closed' }]) parent.postMessage({ careline: 1, ...message }, '*');
document.title = 'spoken';
</script>`;

/** Embeds the chat twice: once in the name of another page, once in its own, and opens both. */
const LIAR = (desk: Desk) => `<!doctype html><html lang="zh-CN"><title>liar</title><script>
const heard = [];
addEventListener('message', (event) => heard.push([...document.querySelectorAll('iframe')].findIndex((frame) => frame.contentWindow === event.source)));
const embed = (host) => document.body.append(Object.assign(document.createElement('iframe'), { src: '${desk.url}/widget/frame.html?channel=${desk.staff.channelKey}#' + new URLSearchParams({ channel: '${desk.staff.channelKey}', locale: 'zh-CN', host }) }));
addEventListener('DOMContentLoaded', () => { embed('https://shop.example'); embed(location.origin); });
const open = () => { for (const frame of document.querySelectorAll('iframe')) frame.contentWindow.postMessage({ careline: 1, type: 'open' }, '*'); };
</script><body></body></html>`;

beforeAll(async () => {
  desk = await openDesk();
  const pages: Record<string, string> = { '/hostile': HOSTILE, '/liar': LIAR(desk) };
  site = await openSite(pages);
  pages['/shop'] = SHOP(desk, site.origin('127.0.0.1'));
});
shootFailures(() => desk?.browser);
afterAll(async () => {
  await desk?.close();
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the weight of the widget', () => {
  it('is at most 3 KB for the page that embeds it, and 60 KB for the chat, both gzipped', async () => {
    const loader = await (await fetch(`${desk.url}/widget.js`)).text();
    expect(gzipSync(loader).length).toBeLessThanOrEqual(3_072);
    const device = await openDevice(desk.browser, { baseURL: desk.url });
    const page = await device.newPage();
    const assets = new Map<string, number>();
    page.on('response', async (response) => {
      const path = new URL(response.url()).pathname;
      if (/\.(js|css)$/.test(path)) assets.set(path, gzipSync(await response.body()).length);
    });
    await page.goto(`/widget/frame.html?channel=${desk.staff.channelKey}#channel=${desk.staff.channelKey}&locale=zh-CN`, { waitUntil: 'networkidle' });
    await page.getByRole('button', { name: '开始对话' }).waitFor();
    expect(assets.size).toBeGreaterThan(0);
    expect([...assets.values()].reduce((sum, bytes) => sum + bytes, 0), JSON.stringify([...assets])).toBeLessThanOrEqual(61_440);
    await device.close();
  });
});

describe('the talk between page and chat', () => {
  it('works on a page of another origin, and hears no other frame of that page', async () => {
    const device = await openDevice(desk.browser);
    const visitor = new VisitorPage(await device.newPage());
    await visitor.page.goto(`${site.origin('localhost')}/shop`);
    await expect.poll(() => Promise.all(visitor.page.frames().map((frame) => frame.title()))).toContain('spoken');
    await visitor.launcher.click();
    const chat = visitor.page.frameLocator('iframe[title="在线客服对话"]');
    await chat.getByRole('button', { name: '开始对话' }).waitFor();
    await visitor.page.getByRole('button', { name: '收起在线客服' }).waitFor();
    expect(await visitor.launcher.innerText()).toBe('');
    expect((await visitor.launcher.getAttribute('style')) ?? '').not.toContain('rgb(1, 2, 3)');
    await device.close();
  });

  it('is held with exactly the origin that embeds it: a page that claims another name is neither heard nor told anything', async () => {
    const device = await openDevice(desk.browser);
    const page = await device.newPage();
    await page.goto(`${site.origin('localhost')}/liar`);
    const [liar, honest] = [0, 1].map((index) => page.locator('iframe').nth(index).contentFrame());
    for (const chat of [liar!, honest!]) {
      await chat.getByRole('button', { name: '开始对话' }).click();
      await chat.getByLabel('输入消息').waitFor();
      await chat.getByLabel('输入消息').blur();
    }
    await page.evaluate('open()');
    await honest!.locator('textarea:focus').waitFor();
    expect(await liar!.locator('textarea:focus').count()).toBe(0);
    expect(await page.evaluate<number[]>('[...new Set(heard)]')).toEqual([1]);
    await device.close();
  });
});

describe('a file of the visitor', () => {
  it('shows how far it is, goes on where a cut stopped it, and arrives whole', async () => {
    const visitor = await VisitorPage.arrive(desk);
    await visitor.deliver('附件里是截图');
    const puts: string[] = [];
    visitor.page.on('request', (request) => request.method() === 'PUT' && puts.push(request.headers()['content-range'] ?? 'whole'));
    const client = await visitor.context.newCDPSession(visitor.page);
    await client.send('Network.enable');
    await client.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 3_000_000 });
    const file = join(folder, 'report.txt');
    writeFileSync(file, '一行文字\n'.repeat(1_000_000));
    await visitor.frame.locator('input[type=file]').setInputFiles(file);
    await visitor.frame.getByRole('progressbar', { name: /report\.txt，已上传[2-9]\d%/ }).waitFor();
    await desk.system.gateways[0]!.kill();
    await visitor.frame.getByText('正在重新连接').waitFor();
    await desk.system.gateways[0]!.start();
    await visitor.log.getByRole('link', { name: '下载report.txt' }).waitFor();
    expect(puts[0]).toBe('whole');
    expect(puts.at(-1)).toMatch(/^bytes [1-9]\d*-12999999\/13000000$/);
    const link = await visitor.log.getByRole('link', { name: '下载report.txt' }).getAttribute('href');
    expect((await (await fetch(new URL(link!, desk.url))).text()).length).toBe(5_000_000);
    await visitor.context.close();
  });

  it('that the server turned away for now is sent again on the visitor\'s word', async () => {
    const visitor = await VisitorPage.arrive(desk);
    await visitor.deliver('附件里是回执');
    await visitor.page.route('**/uploads/**', (route) => route.fulfill({ status: 400, body: '{}' }));
    const file = join(folder, 'receipt.txt');
    writeFileSync(file, '回执');
    await visitor.frame.locator('input[type=file]').setInputFiles(file);
    await visitor.frame.getByRole('alert').getByText('网络中断').waitFor();
    await visitor.page.unroute('**/uploads/**');
    await visitor.frame.getByRole('button', { name: '重试' }).click();
    await visitor.log.getByRole('link', { name: '下载receipt.txt' }).waitFor();
    await visitor.context.close();
  });

  it('over the limit is refused before it is sent, with its size and the limit', async () => {
    const visitor = await VisitorPage.arrive(desk);
    const file = join(folder, 'big.zip');
    writeFileSync(file, '');
    truncateSync(file, 53 * 1_048_576);
    await visitor.frame.locator('input[type=file]').setInputFiles(file);
    await visitor.frame.getByText('53.0 MB，超过50 MB上限').waitFor();
    await visitor.context.close();
  });
});

describe('on a phone', () => {
  it('the open chat has the whole screen, and the button comes back with the page', async () => {
    const visitor = await VisitorPage.arrive(desk, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await visitor.deliver('手机上也能聊');
    const launcher = visitor.page.locator('iframe + button');
    expect(await launcher.isVisible()).toBe(false);
    await visitor.frame.getByRole('button', { name: '收起' }).click();
    await launcher.waitFor();
    await visitor.context.close();
  });
});

describe('a browser that keeps nothing', () => {
  it('is told so, and chats all the same', async () => {
    const profile = join(folder, 'profile');
    mkdirSync(join(profile, 'Default'), { recursive: true });
    writeFileSync(join(profile, 'Default/Preferences'), JSON.stringify({ profile: { default_content_setting_values: { cookies: 2 } } }));
    const device = await launchWithoutStorage(profile);
    const visitor = new VisitorPage(await device.newPage());
    await visitor.page.goto(`${desk.url}/demo?lang=zh&channel=${desk.staff.channelKey}`);
    await visitor.launcher.click();
    await visitor.enter();
    await visitor.frame.getByText('浏览器禁止了本地存储').waitFor();
    await visitor.deliver('没有本地存储也能聊');
    const { conversations } = await desk.staff.ask<{ conversations: { nodes: { id: string; lastMessage: { text: string } }[] } }>('{ conversations(first: 20) { nodes { id lastMessage { text } } } }');
    const found = conversations.nodes.find((one) => one.lastMessage.text === '没有本地存储也能聊')!;
    expect(await storedTexts(desk, found.id)).toEqual(['没有本地存储也能聊']);
    await device.close();
  });
});
