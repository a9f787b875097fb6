import { randomUUID } from 'node:crypto';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asker, tell, type Ask } from '../harness/people.ts';
import { AgentPage } from './browser/agent-page.ts';
import { findBarriers } from './browser/axe.ts';
import { engage, openDesk, type Desk } from './browser/desk.ts';
import { shootFailures } from './browser/failures.ts';
import { visitorSaying } from './browser/stories.ts';

let desk: Desk;
let admin: Ask;
let su: AgentPage;

async function createTicket(subject: string, priority: string): Promise<{ id: string; number: string }> {
  const { conversationId } = await visitorSaying(desk, subject);
  const { results } = await tell<{ results: { ticket: { id: string; number: string } }[] }>(admin, 'createTickets', { tickets: [{ category: 'PAYMENT', subject, priority, conversationId }], idempotencyKey: randomUUID() }, 'results { ticket { id number } }');
  return results[0]!.ticket;
}
const tagsOf = async (id: string) => (await admin<{ ticket: { tags: string[] } }>('query ($id: ID!) { ticket(id: $id) { tags } }', { id })).ticket.tags;

beforeAll(async () => {
  desk = await openDesk();
  admin = asker(desk.url, () => desk.staff.adminToken);
  await createTicket('重复扣款', 'P0');
  su = await AgentPage.signIn(desk, await engage(desk.url, desk.staff, { email: 'su@example.com', displayName: '苏明', publicName: '小苏' }, '管理员'));
});
shootFailures(() => desk?.browser);
afterAll(() => desk?.close());

const field = (name: string): Locator => su.page.getByLabel(name, { exact: true });
const button = (name: string): Locator => su.page.getByRole('button', { name, exact: true });

// One afternoon with one rule; each test goes on where the one before ended.
describe('an administrator writes a rule', () => {
  it('as a sentence, and is told at the field what is missing', async () => {
    await su.page.getByRole('link', { name: '管理' }).click();
    await su.page.getByRole('link', { name: /^自动化规则/ }).click();
    await su.page.getByText('还没有自动化规则').waitFor();
    expect(await findBarriers(su.page)).toEqual([]);
    await su.page.getByRole('link', { name: '新建规则' }).first().click();
    await su.page.getByRole('group', { name: '优先级' }).getByLabel('P0 紧急').check();
    await su.page.keyboard.press('Control+s');
    await su.page.getByText('请填写规则名称').waitFor();
    await su.page.getByRole('textbox', { name: /^名称/ }).fill('紧急支付先看');
    await su.page.keyboard.press('Control+s');
    await su.page.getByText('请补全这个动作').waitFor();
    await field('第1个动作的内容').fill('先看');
    await button('添加动作').click();
    await field('第2个动作做什么').selectOption('COMMENT');
    await field('第2个动作的内容').fill('请先核对扣款流水');
    await su.page.getByText('当新建了工单，如果优先级是P0 紧急，就添加标签“先看”，再备注“请先核对扣款流水”。').waitFor();
    expect(await findBarriers(su.page)).toEqual([]);
    await su.page.keyboard.press('Control+s');
    await su.page.getByText('已保存为v1').waitFor();
  });

  it('may not activate it before a dry run, and sees which tickets it would have touched', async () => {
    await su.page.getByText('先试运行').waitFor();
    await button('试运行').click();
    await button('查看1张工单').click();
    await su.dialog('会处理的工单').getByText('重复扣款').waitFor();
    expect(await findBarriers(su.page)).toEqual([]);
    await su.page.keyboard.press('Escape');
    await button('启用v1').click();
    await su.dialog('启用v1').getByText('近30天里它会处理1张工单').waitFor();
    await su.dialog('启用v1').getByRole('button', { name: '启用v1' }).click();
    await su.page.getByText('v1使用中').waitFor();
  });

  it('sees it act on the next ticket, and reads in the trace what each rule did and why', async () => {
    const urgent = await createTicket('又扣了一次', 'P0');
    const calm = await createTicket('怎么开票', 'P2');
    await expect.poll(() => tagsOf(urgent.id), { timeout: 15_000 }).toEqual(['先看']);
    await su.page.goto(`/tickets/${urgent.number}`);
    await su.page.getByText('请先核对扣款流水').waitFor();
    await su.page.getByText('自动化规则', { exact: false }).first().waitFor();
    await button('自动化记录').click();
    const trace = su.dialog('自动化记录');
    await trace.getByText('已执行').waitFor();
    await trace.getByText('添加标签、写内部备注').waitFor();
    expect(await findBarriers(su.page)).toEqual([]);
    await su.page.goto(`/tickets/${calm.number}`);
    await button('自动化记录').click();
    await su.dialog('自动化记录').getByText('不符合条件：优先级').waitFor();
    await su.dialog('自动化记录').getByRole('link', { name: '紧急支付先看' }).click();
    await su.page.getByRole('heading', { name: '紧急支付先看' }).waitFor();
  });

  it('changes it, is asked before unsaved words are lost, and finds both versions', async () => {
    await su.page.getByRole('group', { name: '优先级' }).getByLabel('P1 高').check();
    await su.page.getByRole('link', { name: '工单', exact: true }).click();
    await su.dialog('有未保存的修改').getByRole('button', { name: '继续编辑' }).click();
    await su.page.keyboard.press('Control+s');
    await su.page.getByText('已保存为v2').waitFor();
    await button('版本').click();
    await su.dialog('版本').getByRole('listitem', { name: 'v1 使用中' }).waitFor();
    await su.dialog('版本').getByRole('listitem', { name: 'v2 草稿' }).getByText('苏明保存于').waitFor();
    expect(await findBarriers(su.page)).toEqual([]);
    await su.page.keyboard.press('Escape');
  });

  it('switches it off, and it does nothing any more', async () => {
    await button('关闭规则').click();
    await su.page.getByText('规则已关闭').waitFor();
    await su.page.getByRole('link', { name: '自动化规则' }).click();
    const row = su.page.getByRole('listitem').filter({ hasText: '紧急支付先看' });
    await row.getByText('已关闭').waitFor();
    await row.getByText('30天1次').waitFor();
    expect(await findBarriers(su.page)).toEqual([]);
  });

  it('keeps the words while the line is down', async () => {
    await su.page.getByRole('link', { name: /紧急支付先看/ }).click();
    await field('第1个动作的内容').fill('离线也在');
    await su.context.setOffline(true);
    await su.page.keyboard.press('Control+s');
    await su.page.getByText('没有保存：网络没有连上').waitFor();
    expect(await field('第1个动作的内容').inputValue()).toBe('离线也在');
    await su.context.setOffline(false);
    await su.page.keyboard.press('Control+s');
    await su.page.getByText('已保存为v3').waitFor();
  });
});

it('shows the rules to who may only read them, and changes nothing', async () => {
  const lin = await AgentPage.signIn(desk, desk.lin);
  await lin.page.goto('/admin/automation');
  await lin.page.getByText('只读').waitFor();
  await lin.page.getByRole('link', { name: /紧急支付先看/ }).click();
  await lin.page.getByRole('heading', { name: '紧急支付先看' }).waitFor();
  expect(await lin.page.getByRole('button', { name: /^(保存|试运行|启用)/ }).count()).toBe(0);
  expect(await lin.page.getByLabel('第1个动作的内容').isEditable()).toBe(false);
  await lin.context.close();
});

it('meets no barrier in the dark', async () => {
  const screen = await AgentPage.signIn(desk, await engage(desk.url, desk.staff, { email: 'dark@example.com', displayName: '苏明', publicName: '小苏' }, '管理员'), { colorScheme: 'dark' });
  await screen.page.goto('/admin/automation');
  await screen.page.getByRole('link', { name: /紧急支付先看/ }).click();
  await screen.page.getByLabel('第1个动作的内容').waitFor();
  expect(await findBarriers(screen.page)).toEqual([]);
  await screen.context.close();
});
