import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asker, tell, type Ask } from '../harness/people.ts';
import { AgentPage } from './browser/agent-page.ts';
import { findBarriers } from './browser/axe.ts';
import { openDesk, type Desk } from './browser/desk.ts';
import { shootFailures } from './browser/failures.ts';
import { visitorSaying } from './browser/stories.ts';

let desk: Desk;
let admin: Ask;
let lin: AgentPage;

beforeAll(async () => {
  desk = await openDesk();
  admin = asker(desk.url, () => desk.staff.adminToken);
});
shootFailures(() => desk?.browser);
afterAll(() => desk?.close());

const views = (): Locator => lin.page.getByRole('navigation', { name: '保存的视图' });
const dialog = (): Locator => lin.page.getByRole('dialog');
const run = async (words: string): Promise<void> => {
  await lin.page.keyboard.press('Control+k');
  await lin.page.locator('.palette input').fill(words);
  await lin.page.locator('.palette [role=option]').filter({ hasText: words }).first().click();
};
const tag = (conversationId: string, tags: string[]) => tell(admin, 'updateConversation', { conversationId, tags }, 'conversation { id }');

// One morning with views of the inbox; each test goes on where the one before ended.
describe('saved views of the inbox', () => {
  let refund: { conversationId: string };

  it('keep what is on screen and further conditions, with a counter', async () => {
    refund = await visitorSaying(desk, '退款还没有到账', desk.lin);
    await tag(refund.conversationId, ['退款']);
    await visitorSaying(desk, '怎么改发票抬头', desk.lin);
    lin = await AgentPage.signIn(desk, desk.lin);
    await lin.page.goto('/inbox/mine');
    await lin.row('怎么改发票抬头').waitFor();
    await lin.page.getByRole('button', { name: '筛选', exact: true }).click();
    await lin.page.getByRole('menuitem', { name: '保存为视图' }).click();
    await dialog().getByLabel('名称').fill('退款跟进'.repeat(11));
    await dialog().getByText('超出4字，最多40字').waitFor();
    await dialog().getByRole('button', { name: '保存' }).click();
    await dialog().getByLabel('名称').fill('退款跟进');
    await dialog().getByText('最多40字', { exact: true }).waitFor();
    await dialog().getByLabel('标签').fill('退款');
    expect(await dialog().getByRole('radio', { name: '我', exact: true }).getAttribute('aria-checked')).toBe('true');
    expect(await findBarriers(lin.page)).toEqual([]);
    await dialog().getByRole('button', { name: '保存' }).click();
    await views().getByRole('link', { name: '退款跟进 1' }).waitFor();
    await lin.row('退款还没有到账').waitFor();
    await expect.poll(() => lin.list.getByRole('option').count()).toBe(1);
    expect(await findBarriers(lin.page)).toEqual([]);
  });

  it('follow what happens without being asked', async () => {
    const second = await visitorSaying(desk, '第二笔退款呢', desk.lin);
    await tag(second.conversationId, ['退款']);
    await lin.row('第二笔退款呢').waitFor();
    await views().getByRole('link', { name: '退款跟进 2' }).waitFor();
    await tag(second.conversationId, []);
    await lin.row('第二笔退款呢').waitFor({ state: 'detached' });
    await views().getByRole('link', { name: '退款跟进 1' }).waitFor();
  });

  it('show what colleagues share, and let go of it when they take it back', async () => {
    const { view } = await tell<{ view: { id: string } }>(admin, 'saveConversationView', { name: '全部排队', filter: { states: ['QUEUED'] }, sharing: 'ALL' }, 'view { id }');
    const shared = views().getByRole('link', { name: /^全部排队/ });
    await shared.waitFor();
    expect(await views().getByRole('button', { name: '视图“全部排队”的操作' }).count()).toBe(0);
    await tell(admin, 'deleteConversationView', { viewId: view.id }, 'viewId');
    await shared.waitFor({ state: 'detached' });
  });

  it('are changed, put in order and removed by palette and keys, and brought back', async () => {
    await run('保存为视图');
    await dialog().getByLabel('名称').fill('第二个');
    await lin.page.keyboard.press('Enter');
    await views().getByRole('link', { name: /^第二个/ }).waitFor();
    await run('上移此视图');
    await expect.poll(() => views().getByRole('link').first().innerText()).toContain('第二个');
    await run('修改此视图');
    await dialog().getByLabel('名称').fill('改过的');
    await lin.page.keyboard.press('Enter');
    await views().getByRole('link', { name: /^改过的/ }).waitFor();
    await views().getByRole('button', { name: '视图“改过的”的操作' }).focus();
    await lin.page.keyboard.press('Enter');
    await lin.page.getByRole('menuitem', { name: '删除' }).click();
    await views().getByRole('link', { name: /^改过的/ }).waitFor({ state: 'detached' });
    await lin.page.keyboard.press('Control+z');
    await views().getByRole('link', { name: /^改过的/ }).waitFor();
    await run('退款跟进');
    await lin.page.waitForURL(/\/inbox\/viw_/);
    await lin.row('退款还没有到账').waitFor();
  });
});
