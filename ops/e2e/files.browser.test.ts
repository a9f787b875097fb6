import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EICAR, openClamd, type Clamd } from '@careline/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentPage } from './browser/agent-page.ts';
import { findBarriers } from './browser/axe.ts';
import { openDesk, type Desk } from './browser/desk.ts';
import { shootFailures } from './browser/failures.ts';
import { visitorSaying } from './browser/stories.ts';
import { VisitorPage } from './browser/visitor-page.ts';

let folder: string;
let clamd: Clamd;
let desk: Desk;
let lin: AgentPage;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'careline-files-'));
  clamd = await openClamd();
  desk = await openDesk({ CLAMD_URL: clamd.url });
  lin = await AgentPage.signIn(desk, desk.lin);
});
shootFailures(() => desk?.browser);
afterAll(async () => {
  await desk?.close();
  await clamd?.close();
  rmSync(folder, { recursive: true });
});

function written(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

/** A visitor in the chat whose conversation Lin has taken. */
async function visitorOfLin(text: string): Promise<VisitorPage> {
  const visitor = await VisitorPage.arrive(desk);
  await visitor.deliver(text);
  await lin.page.goto('/inbox/unassigned');
  await lin.take(text);
  return visitor;
}

describe('a file of the agent', () => {
  it('shows how far it is, goes on where a cut stopped it, and arrives whole', async () => {
    const { conversationId } = await visitorSaying(desk, '请把账单明细发给我', desk.lin);
    await lin.page.goto(`/inbox/mine/${conversationId}`);
    await lin.bubble('请把账单明细发给我').waitFor();
    const puts: string[] = [];
    lin.page.on('request', (request) => request.method() === 'PUT' && puts.push(request.headers()['content-range'] ?? 'whole'));
    const client = await lin.context.newCDPSession(lin.page);
    await client.send('Network.enable');
    await client.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 3_000_000 });
    await lin.page.locator('.composer input[type=file]').setInputFiles(written('账单.txt', '一行文字\n'.repeat(1_000_000)));
    const progress = lin.page.getByRole('progressbar', { name: '账单.txt' });
    await expect.poll(async () => Number(await progress.getAttribute('aria-valuenow'))).toBeGreaterThan(20);
    await desk.system.gateways[0]!.kill();
    await lin.page.getByText('网络已断开').waitFor();
    await desk.system.gateways[0]!.start();
    await progress.waitFor({ state: 'detached', timeout: 30_000 });
    expect(puts[0]).toBe('whole');
    expect(puts.at(-1)).toMatch(/^bytes [1-9]\d*-12999999\/13000000$/);
    await lin.say('这是您的账单');
    await lin.stream.getByRole('button', { name: '下载账单.txt' }).waitFor();
    expect(clamd.streams.at(-1)!.length).toBe(13_000_000);
    await client.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
    await client.detach();
  });

  it('that was sent before is not sent a second time', async () => {
    const { conversationId } = await visitorSaying(desk, '再发一份', desk.lin);
    await lin.page.goto(`/inbox/mine/${conversationId}`);
    await lin.bubble('再发一份').waitFor();
    const puts: string[] = [];
    lin.page.on('request', (request) => request.method() === 'PUT' && puts.push(request.url()));
    await lin.page.locator('.composer input[type=file]').setInputFiles(join(folder, '账单.txt'));
    await lin.page.getByRole('button', { name: '删除附件账单.txt' }).waitFor();
    await lin.say('又一份');
    await lin.stream.getByRole('button', { name: '下载账单.txt' }).waitFor();
    expect(puts).toEqual([]);
  });
});

describe('a log file of the visitor', () => {
  it('is read by the agent in the console, with line numbers, part by part, by keyboard alone', async () => {
    const visitor = await visitorOfLin('日志在附件里');
    const log = Array.from({ length: 3_000 }, (_, n) => `2026-11-23 09:00:00.${String(n).padStart(4, '0')} 支付回调 order=${n} <b>ok</b>`).join('\n');
    await visitor.frame.locator('input[type=file]').setInputFiles(written('app.log', log));
    const opener = lin.stream.getByRole('button', { name: '预览app.log' });
    await opener.focus();
    await lin.page.keyboard.press('Enter');
    const dialog = lin.dialog('app.log');
    const text = dialog.getByRole('region', { name: 'app.log的内容' });
    await expect.poll(() => text.locator('li').count()).toBeGreaterThan(500);
    expect(await text.locator('li').first().textContent()).toBe('2026-11-23 09:00:00.0000 支付回调 order=0 <b>ok</b>');
    expect(await text.evaluate((region) => region === document.activeElement)).toBe(true);
    await lin.page.keyboard.press('End');
    await expect.poll(() => text.evaluate((region) => region.scrollTop)).toBeGreaterThan(1_000);
    expect(await findBarriers(lin.page)).toEqual([]);
    await dialog.getByText('已显示前64 KB').waitFor();
    for (const more = dialog.getByRole('button', { name: '继续显示' }); await more.count() > 0;) {
      const before = await text.locator('li').count();
      await more.press('Enter');
      await expect.poll(() => text.locator('li').count()).toBeGreaterThan(before);
    }
    expect(await text.locator('li').allTextContents()).toEqual(log.split('\n'));
    await dialog.getByText('共3000行').waitFor();
    await lin.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await opener.evaluate((button) => button === document.activeElement)).toBe(true);
    await visitor.context.close();
  });
});

describe('a file that fails the safety check', () => {
  it('says so on both sides, and neither can open it', async () => {
    const visitor = await visitorOfLin('这个文件能看吗');
    const release = clamd.hold();
    await visitor.frame.locator('input[type=file]').setInputFiles(written('invoice.txt', `发票\n${EICAR}`));
    await lin.stream.locator('.filecard', { hasText: '检查中' }).waitFor();
    await visitor.log.locator('.file', { hasText: '安全检查中' }).waitFor();
    release();
    await lin.stream.locator('.filecard', { hasText: '未通过安全检查' }).waitFor();
    await visitor.log.locator('.file', { hasText: '未通过安全检查' }).waitFor();
    expect(await lin.stream.getByRole('button', { name: /invoice\.txt/ }).count()).toBe(0);
    expect(await visitor.log.getByRole('link', { name: /invoice\.txt/ }).count()).toBe(0);
    expect(await findBarriers(lin.page)).toEqual([]);
    await visitor.context.close();
  });
});
