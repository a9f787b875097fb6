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
let customerId: string;

beforeAll(async () => {
  desk = await openDesk();
  admin = asker(desk.url, () => desk.staff.adminToken);
  const { conversationId } = await visitorSaying(desk, '退款没有到账');
  ({ conversation: { customer: { id: customerId } } } = await admin<{ conversation: { customer: { id: string } } }>('query ($id: ID!) { conversation(id: $id) { customer { id } } }', { id: conversationId }));
  su = await AgentPage.signIn(desk, await engage(desk.url, desk.staff, { email: 'su@example.com', displayName: '苏明', publicName: '小苏' }, '管理员'));
});
shootFailures(() => desk?.browser);
afterAll(() => desk?.close());

const row = (name: string): Locator => su.page.locator('tbody tr').filter({ has: su.page.getByText(name, { exact: true }) });
const openOf = (name: string, count: number): Locator => su.page.getByRole('link', { name: `带有标签“${name}”的未完成工单：${count}张` });
const allOf = (name: string, count: number): Locator => su.page.getByRole('link', { name: `带有标签“${name}”的全部工单：${count}张` });
const job = (): Locator => su.page.getByRole('region', { name: '批量任务' });

async function tagged(subject: string, tags: string[], isSolved = false): Promise<string> {
  const { results: [made] } = await tell<{ results: { ticket: { id: string } }[] }>(admin, 'createTickets', { tickets: [{ category: 'PAYMENT', subject, customerId }], idempotencyKey: randomUUID() }, 'results { ticket { id } }');
  const { id } = made!.ticket;
  await tell(admin, 'updateTicket', { ticketId: id, tags }, 'ticket { id }');
  if (isSolved) await tell(admin, 'solveTicket', { ticketId: id }, 'ticket { id }');
  return id;
}
const tagsOf = async (id: string) => (await admin<{ ticket: { tags: string[] } }>('query ($id: ID!) { ticket(id: $id) { tags } }', { id })).ticket.tags;

/** Opens the menu of a tag and chooses, by keyboard. */
async function choose(name: string, verb: string): Promise<void> {
  await row(name).getByRole('button', { name: `重命名或移除标签“${name}”` }).press('Enter');
  await su.page.getByRole('menuitem', { name: verb }).press('Enter');
  await su.page.getByRole('dialog').waitFor();
}

// One day with one desk; each test goes on where the one before ended.
describe('the tags of tickets', () => {
  let both: string;

  it('say there are none before a ticket has one', async () => {
    await su.page.goto('/admin');
    await su.page.getByRole('link', { name: /^工单标签/ }).press('Enter');
    await su.page.getByText('还没有工单带有标签').waitFor();
  });

  it('stand with their numbers, each of which opens its tickets', async () => {
    both = await tagged('退款两次', ['退钱', '退款,加急']);
    await tagged('退款未到', ['退钱'], true);
    await tagged('渠道故障', ['退款', '渠道']);
    await su.page.reload();
    await openOf('退钱', 1).waitFor();
    expect(await findBarriers(su.page)).toEqual([]);
    await allOf('退钱', 2).press('Enter');
    await su.page.getByText('退款未到').first().waitFor();
    expect(await su.page.getByText('渠道故障').count()).toBe(0);
    await su.page.goBack();
    await openOf('退款,加急', 1).press('Enter');
    await su.page.getByText('退款两次').first().waitFor();
    expect(await su.page.getByText('退款未到').count()).toBe(0);
    await su.page.goBack();
  });

  it('are searched by how they begin', async () => {
    await row('渠道').waitFor();
    await row('渠道').getByRole('link').first().focus();
    await su.page.keyboard.press('f');
    await su.page.keyboard.type('退');
    await row('渠道').waitFor({ state: 'detached' });
    await row('退款').waitFor();
    await su.page.keyboard.type('票');
    await su.page.getByText('没有以此开头的标签').waitFor();
    await su.page.getByLabel('查找标签').fill('');
  });

  it('become one by a job that says so before, and part again when it is taken back', async () => {
    await choose('退钱', '重命名');
    const dialog = su.page.getByRole('dialog');
    await dialog.getByLabel(/^新名称/).fill('退款');
    await dialog.getByText('已有1张工单带有“退款”，两个标签会合并成一个。').waitFor();
    await dialog.getByText('2张工单带有它').waitFor();
    expect(await findBarriers(su.page)).toEqual([]);
    await dialog.getByLabel(/^新名称/).press('Control+Enter');
    await dialog.waitFor({ state: 'detached' });
    await allOf('退款', 3).waitFor();
    expect(await row('退钱').count()).toBe(0);
    expect(await tagsOf(both)).toEqual(['退款,加急', '退款']);
    await job().getByRole('button', { name: '撤销' }).press('Enter');
    await allOf('退钱', 2).waitFor();
    await allOf('退款', 1).waitFor();
  });

  it('go from every ticket, and a name that says nothing is asked for again', async () => {
    await choose('退钱', '重命名');
    const dialog = su.page.getByRole('dialog');
    await dialog.getByLabel(/^新名称/).press('Control+Enter');
    await dialog.getByText('这就是现在的名称').waitFor();
    await dialog.getByLabel(/^新名称/).press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await choose('退钱', '移除');
    await su.page.keyboard.press('Control+Enter');
    await row('退钱').waitFor({ state: 'detached' });
    expect(await tagsOf(both)).toEqual(['退款,加急']);
  });
});
