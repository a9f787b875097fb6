import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentPage } from './browser/agent-page.ts';
import { findBarriers } from './browser/axe.ts';
import { openDesk, type Desk } from './browser/desk.ts';
import { shootFailures } from './browser/failures.ts';
import { lateLine, type Line } from './browser/line.ts';
import { chattingWith, openedBy, schedulerOf, waitingOn, waitingTexts } from './browser/served.ts';
import { speak, storedTexts } from './browser/stories.ts';

let desk: Desk;
let lin: AgentPage;
let ning: AgentPage;
let line: Line;
let schedule: Awaited<ReturnType<typeof schedulerOf>>;

beforeAll(async () => {
  desk = await openDesk();
  [lin, ning] = await Promise.all([AgentPage.signIn(desk, desk.lin, {}, async (screen) => void (line = await lateLine(screen.page))), AgentPage.signIn(desk, desk.ning)]);
  schedule = await schedulerOf(desk, desk.lin);
});
shootFailures(() => desk?.browser);
afterAll(() => desk?.close());

const act = (turn: Locator, name: string) => turn.getByRole('button', { name, exact: true });

describe('a reply that is sent later', () => {
  it('is scheduled by keyboard, seen by a colleague, and sent now', async () => {
    const { visitor, id } = await chattingWith(desk, lin, '明天能收到吗');
    await ning.page.goto(`/inbox/team/${id}`);
    await ning.bubble('明天能收到吗').waitFor();
    await lin.reply.fill('早上好，包裹今天送达');
    await lin.reply.press('Control+Alt+Enter');
    await lin.page.getByRole('menuitem', { name: /明天上午/ }).waitFor();
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await lin.page.keyboard.press(key);
    const turn = waitingOn(lin, '早上好，包裹今天送达');
    await turn.getByText('明天09:00发送').waitFor();
    expect(await findBarriers(lin.page)).toEqual([]);
    await turn.locator('time').focus();
    await lin.page.getByRole('tooltip').getByText(/年.*09:00:00/).first().waitFor();
    const theirs = waitingOn(ning, '早上好，包裹今天送达');
    await theirs.getByText('林书言').waitFor();
    await theirs.getByText('明天09:00发送').waitFor();
    expect(await theirs.getByRole('button').allInnerTexts()).toEqual(['删除']);
    expect(await visitor.texts()).toEqual(['明天能收到吗']);
    await act(turn, '立即发送').press('Enter');
    await visitor.bubble('早上好，包裹今天送达').waitFor();
    await ning.stream.locator('.bub.agent', { hasText: '早上好，包裹今天送达' }).waitFor();
    for (const screen of [lin, ning]) await expect.poll(() => screen.texts()).toEqual(['明天能收到吗', '早上好，包裹今天送达']);
    await visitor.context.close();
  });

  it('has a time of its author’s own, which must lie ahead; it is edited and deleted', async () => {
    const { conversationId } = await openedBy(desk, lin, '几点开门');
    await lin.reply.fill('我们九点开门');
    await lin.page.getByRole('button', { name: '更多发送方式' }).click();
    const anyway = lin.page.getByRole('menuitemcheckbox', { name: '客户又发来消息也照发' });
    await anyway.click();
    await expect.poll(() => anyway.getAttribute('aria-checked')).toBe('true');
    await lin.page.getByRole('menuitem', { name: '选择时间' }).click();
    const dialog = lin.dialog('定时发送');
    const field = dialog.getByLabel('发送时间');
    await expect.poll(() => dialog.getByRole('checkbox').isChecked()).toBe(true);
    for (const [value, fault] of [['2020-01-01T09:00', '这个时间已经过去'], ['2099-01-01T09:00', '最多提前30天'], ['', '请填写完整的日期和时间']] as const) {
      await field.fill(value);
      await field.press('Enter');
      await dialog.getByText(fault).waitFor();
    }
    expect(await findBarriers(lin.page)).toEqual([]);
    const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    await field.fill(`${day}T18:45`);
    await field.press('Enter');
    const turn = waitingOn(lin, '我们九点开门');
    await turn.getByText(/月\d+日 18:45发送/).waitFor();
    await turn.getByText('客户又写来也照发').waitFor();
    await act(turn, '编辑').click();
    await expect.poll(() => lin.reply.inputValue()).toBe('我们九点开门');
    await expect.poll(() => waitingTexts(desk, conversationId)).toEqual([]);
    await lin.reply.press('Control+Alt+Enter');
    await lin.page.getByRole('menuitem', { name: /1小时后/ }).click();
    await act(turn, '删除').click();
    const asking = lin.dialog('删除这条定时发送');
    expect(await findBarriers(lin.page)).toEqual([]);
    await asking.getByRole('button', { name: '删除', exact: true }).click();
    await turn.waitFor({ state: 'detached' });
    expect(await waitingTexts(desk, conversationId)).toEqual([]);
    expect(await lin.reply.inputValue()).toBe('');
  });

  it('is stopped when the customer writes meanwhile, says why, tells its author elsewhere, and is sent by hand', async () => {
    const visitor = await openedBy(desk, lin, '什么时候发货');
    await schedule(visitor.conversationId, '下午发货', 3);
    await waitingOn(lin, '下午发货').getByText(/秒后发送|正在发送/).waitFor();
    await speak(visitor, '不用了，我要退货');
    const turn = waitingOn(lin, '下午发货');
    await turn.getByText('没有发送：期间有新消息').waitFor({ timeout: 20_000 });
    expect(await findBarriers(lin.page)).toEqual([]);
    await act(turn, '立即发送').click();
    await lin.stream.locator('.bub.agent', { hasText: '下午发货' }).waitFor();
    await schedule(visitor.conversationId, '退货地址稍后给您', 3);
    await openedBy(desk, lin, '另一位客户');
    await speak(visitor, '地址呢');
    await lin.page.locator('.toast', { hasText: '定时发送没有发出' }).waitFor({ timeout: 20_000 });
  });

  it('that is to go now asks first when somebody wrote meanwhile', async () => {
    const visitor = await openedBy(desk, lin, '发票寄到哪里');
    await schedule(visitor.conversationId, '寄到您的注册地址', 60);
    const turn = waitingOn(lin, '寄到您的注册地址');
    await turn.waitFor();
    line.hold();
    await speak(visitor, '地址变了');
    await act(turn, '立即发送').click();
    const guard = lin.dialog('先看看新消息');
    await guard.getByText('地址变了').waitFor();
    expect(await findBarriers(lin.page)).toEqual([]);
    await guard.getByRole('button', { name: '先不发送' }).click();
    expect(await storedTexts(desk, visitor.conversationId)).toEqual(['发票寄到哪里', '地址变了']);
    await act(turn, '立即发送').click();
    await guard.getByRole('button', { name: '仍然发送' }).click();
    await expect.poll(() => storedTexts(desk, visitor.conversationId)).toEqual(['发票寄到哪里', '地址变了', '寄到您的注册地址']);
    line.release();
  });
});
