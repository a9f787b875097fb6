import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentPage } from './browser/agent-page.ts';
import { findBarriers } from './browser/axe.ts';
import { openDesk, type Desk } from './browser/desk.ts';
import { shootFailures } from './browser/failures.ts';
import { lateLine, watchSending, type Line, type Sending } from './browser/line.ts';
import { chattingWith, openedBy, waitingOn, waitingTexts } from './browser/served.ts';
import { storedTexts } from './browser/stories.ts';

let desk: Desk;
let lin: AgentPage;
let ning: AgentPage;
let line: Line;
let sending: Sending;
const folder = mkdtempSync(join(tmpdir(), 'careline-undo-'));

beforeAll(async () => {
  desk = await openDesk();
  const built = async (screen: AgentPage) => void ([line, sending] = await Promise.all([lateLine(screen.page), watchSending(screen.page)]));
  [lin, ning] = await Promise.all([AgentPage.signIn(desk, desk.lin, {}, built), AgentPage.signIn(desk, desk.ning)]);
});
shootFailures(() => desk?.browser);
afterAll(async () => {
  await desk?.close();
  rmSync(folder, { recursive: true, force: true });
});

const act = (turn: Locator, name: string) => turn.getByRole('button', { name, exact: true });

/** Chooses in the settings how long a reply waits to be undone. */
async function giveUndo(words: string): Promise<void> {
  await lin.page.goto('/settings/me');
  const saved = lin.page.waitForResponse((response) => (response.request().postData() ?? '').includes('saveSettings'));
  await lin.page.getByRole('radiogroup', { name: '撤销发送' }).getByRole('radio', { name: words, exact: true }).click();
  await saved;
}

describe('a reply that can be undone', () => {
  it('is chosen in the settings, off at first, and kept', async () => {
    await lin.page.goto('/settings/me');
    const group = lin.page.getByRole('radiogroup', { name: '撤销发送' });
    await expect.poll(() => group.getByRole('radio', { name: '关闭' }).isChecked()).toBe(true);
    await giveUndo('20秒');
    await lin.page.reload();
    await expect.poll(() => group.getByRole('radio', { name: '20秒' }).isChecked()).toBe(true);
    expect(await findBarriers(lin.page)).toEqual([]);
  });

  it('is back in the composer with its file by one key, before what was typed since, and reaches nobody', async () => {
    const { visitor, id } = await chattingWith(desk, lin, '退款还没到账');
    writeFileSync(join(folder, '回执.txt'), '银行回执');
    await lin.page.locator('.composer input[type=file]').setInputFiles(join(folder, '回执.txt'));
    await lin.page.locator('.upload').getByText('12 B').waitFor();
    await lin.reply.fill('已经退到尾号1280的卡');
    await lin.reply.press('Control+Enter');
    const turn = waitingOn(lin, '已经退到尾号1280的卡');
    await turn.getByText(/\d+秒后发送/).waitFor();
    await turn.getByText('回执.txt').waitFor();
    expect(await findBarriers(lin.page)).toEqual([]);
    await lin.reply.fill('另外请查收');
    await lin.reply.press('Control+Shift+Z');
    await expect.poll(() => lin.reply.inputValue()).toBe('已经退到尾号1280的卡\n另外请查收');
    await lin.page.getByRole('button', { name: '删除附件回执.txt' }).waitFor();
    await turn.waitFor({ state: 'detached' });
    await expect.poll(() => lin.reply.evaluate((box) => box === document.activeElement)).toBe(true);
    await expect.poll(() => waitingTexts(desk, id)).toEqual([]);
    expect(await storedTexts(desk, id)).toEqual(['退款还没到账']);
    expect(await visitor.texts()).toEqual(['退款还没到账']);
    await visitor.context.close();
  });

  it('never turns a note that is being written into a reply', async () => {
    await openedBy(desk, lin, '能开发票吗');
    await lin.say('可以开，请发税号');
    const turn = waitingOn(lin, '可以开，请发税号');
    await turn.waitFor();
    await lin.page.getByRole('tab', { name: '备注' }).click();
    await lin.note.fill('这位客户上月投诉过');
    await act(turn, '撤销').click();
    await expect.poll(() => lin.note.inputValue()).toBe('可以开，请发税号\n这位客户上月投诉过');
    await lin.note.fill('');
    await lin.page.getByRole('tab', { name: '回复' }).click();
  });

  it('is undone although the answer to its scheduling was lost, also when the page is loaded again before the line is back', async () => {
    const { conversationId } = await openedBy(desk, lin, '余额不对');
    sending.lose('answer');
    await lin.say('我看一下余额');
    await lin.stream.getByText(/待发送，已重试/).waitFor();
    await expect.poll(() => waitingTexts(desk, conversationId)).toEqual(['我看一下余额']);
    await lin.page.keyboard.press('Control+Shift+Z');
    await expect.poll(() => lin.reply.inputValue()).toBe('我看一下余额');
    await waitingOn(lin, '我看一下余额').waitFor({ state: 'detached' });
    await lin.page.getByText(/草稿已/).waitFor();
    await lin.page.reload();
    await lin.reply.waitFor();
    await expect.poll(() => lin.reply.inputValue()).toBe('我看一下余额');
    sending.lose('none');
    await expect.poll(() => waitingTexts(desk, conversationId), { timeout: 15_000 }).toEqual([]);
    expect(await storedTexts(desk, conversationId)).toEqual(['余额不对']);
    expect(await waitingOn(lin, '我看一下余额').count()).toBe(0);
    await lin.reply.fill('');
  });

  it('is tried again with the same id after the request was lost, and the reply guard holds', async () => {
    const { conversationId } = await openedBy(desk, lin, '实名认证失败');
    sending.lose('request');
    await lin.say('我重置一下次数');
    await lin.stream.getByText(/待发送，已重试/).waitFor();
    sending.lose('none');
    await waitingOn(lin, '我重置一下次数').getByText(/秒后发送/).waitFor();
    expect(new Set(sending.tries.filter((one) => one.text === '我重置一下次数').map((one) => one.id)).size).toBe(1);
    await act(waitingOn(lin, '我重置一下次数'), '立即发送').click();
    await lin.stream.locator('.bub.agent', { hasText: '我重置一下次数' }).waitFor();
    line.hold();
    await ning.page.goto(`/inbox/team/${conversationId}`);
    await ning.say('已经通过了');
    await ning.stream.getByText('已送达').waitFor();
    await lin.say('请再试一次');
    const guard = lin.dialog('先看看新消息');
    await guard.getByText('已经通过了').waitFor();
    expect(await waitingTexts(desk, conversationId)).toEqual([]);
    await guard.getByRole('button', { name: '仍然发送' }).click();
    await expect.poll(() => waitingTexts(desk, conversationId)).toEqual(['请再试一次']);
    line.release();
    await waitingOn(lin, '请再试一次').waitFor();
  });

  it('does not stop a note, nor the last word before closing, and what is counted down is said before', async () => {
    const { conversationId } = await openedBy(desk, lin, '没有别的问题了');
    await lin.page.getByRole('tab', { name: '备注' }).click();
    await lin.note.fill('满意');
    await lin.note.press('Control+Enter');
    await lin.stream.locator('.bub.note', { hasText: '满意' }).waitFor();
    await lin.page.getByRole('tab', { name: '回复' }).click();
    await lin.say('感谢您的来电');
    await waitingOn(lin, '感谢您的来电').getByText(/秒后发送/).waitFor();
    await lin.reply.fill('再见');
    await lin.reply.press('Control+Shift+Enter');
    await lin.page.getByRole('button', { name: '重新打开' }).waitFor();
    expect(await storedTexts(desk, conversationId)).toEqual(['没有别的问题了', '满意', '感谢您的来电', '再见']);
    expect(await waitingTexts(desk, conversationId)).toEqual([]);
  });

  it('reaches the visitor once when its time is over', async () => {
    await giveUndo('5秒');
    const { visitor, id } = await chattingWith(desk, lin, '在吗');
    await lin.say('在的，请讲');
    await waitingOn(lin, '在的，请讲').getByText(/秒后发送/).waitFor();
    expect(await visitor.texts()).toEqual(['在吗']);
    await visitor.bubble('在的，请讲').waitFor({ timeout: 20_000 });
    await lin.stream.locator('.bub.agent', { hasText: '在的，请讲' }).waitFor();
    expect(await lin.texts()).toEqual(['在吗', '在的，请讲']);
    expect(await storedTexts(desk, id)).toEqual(['在吗', '在的，请讲']);
    await giveUndo('关闭');
    await visitor.context.close();
  });
});
