import { randomUUID } from 'node:crypto';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asker, tell, type Ask } from '../harness/people.ts';
import { AgentPage } from './browser/agent-page.ts';
import { findBarriers } from './browser/axe.ts';
import { openDevice } from './browser/chromium.ts';
import { engage, openDesk, type Desk, type DeskAgent } from './browser/desk.ts';
import { shootFailures } from './browser/failures.ts';
import { visitorSaying } from './browser/stories.ts';

interface Made {
  id: string;
  number: string;
}

let desk: Desk;
let admin: Ask;
let su: AgentPage;
let head: DeskAgent;

beforeAll(async () => {
  desk = await openDesk();
  admin = asker(desk.url, () => desk.staff.adminToken);
  head = await engage(desk.url, desk.staff, { email: 'su@example.com', displayName: '苏明', publicName: '小苏' }, '管理员');
  su = await AgentPage.signIn(desk, head);
});
shootFailures(() => desk?.browser);
afterAll(() => desk?.close());

const item = (name: string): Locator => su.page.getByRole('treeitem', { name });
const button = (name: string | RegExp): Locator => su.page.getByRole('button', { name, exact: true });
const side = (screen = su): Locator => screen.page.getByRole('complementary', { name: '工单信息' });
async function press(...keys: string[]): Promise<void> {
  for (const key of keys) await su.page.keyboard.press(key);
}
const made = async (more: object): Promise<Made> => (await tell<{ results: { ticket: Made }[] }>(admin, 'createTickets', { tickets: [{ category: 'PAYMENT', ...more }], idempotencyKey: randomUUID() }, 'results { ticket { id number } }')).results[0]!.ticket;

// One day with one form; each test goes on where the one before ended.
describe('a form of a category', () => {
  let ticket: Made;
  let conversationId: string;

  it('is built by keyboard below a category of its own', async () => {
    await press('g', 'c');
    await item('支付问题').focus();
    await press('ArrowUp', 'ArrowDown');
    await button('新建下级分类').focus();
    await press('Enter');
    await su.page.getByLabel('中文名称').fill('退款');
    await su.page.getByLabel('英文名称').fill('Refund');
    await su.page.getByLabel(/^键/).fill('refund');
    await button('添加字段').press('Enter');
    await su.page.getByLabel('字段名称（中文）').fill('订单号');
    await su.page.getByLabel(/^键/).last().fill('order_number');
    await su.page.getByRole('checkbox', { name: '解决前必填' }).press('Space');
    expect(await findBarriers(su.page)).toEqual([]);
    await press('Control+s');
    await item('退款').waitFor();
    const { categories } = await admin<{ categories: { key: string; parent: { key: string } | null; requiredFields: string[]; fieldsSchema: object }[] }>('{ categories { key parent { key } requiredFields fieldsSchema } }');
    expect(categories.find(({ key }) => key === 'REFUND')).toEqual({ key: 'REFUND', parent: { key: 'PAYMENT' }, requiredFields: ['order_number'], fieldsSchema: { type: 'object', properties: { order_number: { type: 'string', title: '订单号' } } } });
  });

  it('says at the field what is wrong and keeps what was written', async () => {
    await button('添加字段').press('Enter');
    await su.page.getByLabel('类型').last().selectOption('choice');
    await press('Control+s');
    await su.page.getByText('至少写两个不同的值').waitFor();
    await su.page.getByText('写一个名称').waitFor();
    await button('放弃修改').press('Enter');
    expect(await su.page.getByLabel('类型').count()).toBe(1);
  });

  it('stands in the new-ticket dialog as soon as its category is chosen', async () => {
    ({ conversationId } = await visitorSaying(desk, '退款没有到账'));
    await su.page.goto(`/inbox/unassigned/${conversationId}`);
    await su.stream.waitFor();
    await press('t');
    const dialog = su.page.getByRole('dialog');
    await dialog.getByRole('radio', { name: '支付问题' }).press('Space');
    await dialog.getByLabel('细分（可不选）').selectOption({ label: '退款' });
    await dialog.getByLabel(/^订单号/).fill('DD-1');
    await dialog.getByLabel(/^标题/).fill('退款没有到账');
    await press('Control+Enter');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(async () => (await admin<{ conversation: { tickets: { nodes: { fields: object }[] } } }>('query ($id: ID!) { conversation(id: $id) { tickets(first: 1) { nodes { fields } } } }', { id: conversationId })).conversation.tickets.nodes[0]?.fields).toEqual({ order_number: 'DD-1' });
  });

  it('is asked for before a ticket is solved', async () => {
    ticket = await made({ category: 'REFUND', subject: '退款两次', conversationId: (await visitorSaying(desk, '退款两次')).conversationId });
    await su.page.goto(`/tickets/${ticket.number}`);
    await side().getByText('解决前必填').waitFor();
    await press('e');
    const dialog = su.page.getByRole('dialog', { name: '填写后解决' });
    await dialog.getByLabel(/^订单号/).waitFor();
    await press('Control+Enter');
    await dialog.getByText('解决前请填写').waitFor();
    expect(await findBarriers(su.page)).toEqual([]);
    await dialog.getByLabel(/^订单号/).fill('DD-2');
    await press('Control+Enter');
    await side().getByText('DD-2').waitFor();
    await su.page.getByRole('button', { name: '重新打开' }).waitFor();
  });
});

describe('a ticket among others', () => {
  let incident: Made;
  let child: Made;

  it('gets tags, followers and an incident where they stand', async () => {
    const customer = await admin<{ ticket: { customerId: string } }>('query ($number: String!) { ticket(number: $number) { customerId } }', { number: (await made({ subject: '渠道故障', conversationId: (await visitorSaying(desk, '渠道故障')).conversationId })).number });
    incident = await made({ subject: '支付渠道整体故障', customerId: customer.ticket.customerId });
    child = await made({ subject: '商户收不到款', customerId: customer.ticket.customerId });
    await su.page.goto(`/tickets/${child.number}`);
    await button('添加标签').press('Enter');
    await su.page.keyboard.type('渠道');
    await press('Enter', 'Escape');
    await side().getByText('渠道', { exact: true }).waitFor();
    await button('关注').press('Enter');
    await button('已关注').waitFor();
    await button('添加关联').press('Enter');
    await su.page.getByRole('radio', { name: '父工单' }).press('Space');
    await su.page.getByRole('combobox').fill(incident.number);
    await su.page.getByRole('option', { name: '支付渠道整体故障' }).waitFor();
    await su.page.getByRole('combobox').press('Enter');
    await side().getByRole('link', { name: '支付渠道整体故障' }).first().waitFor();
    expect(await findBarriers(su.page)).toEqual([]);
  });

  it('is counted by its incident, which its page tells at once', async () => {
    await su.page.goto(`/tickets/${incident.number}`);
    await side().getByText('子工单（1）').waitFor();
    const another = await made({ subject: '第二家商户', customerId: (await admin<{ ticket: { customerId: string } }>('query ($id: ID!) { ticket(id: $id) { customerId } }', { id: child.id })).ticket.customerId });
    await tell(admin, 'updateTicket', { ticketId: another.id, parentId: incident.id }, 'ticket { id }');
    await side().getByText('子工单（2）').waitFor();
  });

  it('tells a colleague who is mentioned in a note, wherever that one is', async () => {
    const lin = await AgentPage.signIn(desk, desk.lin);
    await su.page.goto(`/tickets/${child.number}`);
    await su.page.getByRole('tab', { name: '备注' }).press('Enter');
    await su.page.getByLabel('备注内容').pressSequentially('@林');
    await su.page.getByRole('option', { name: /林书言/ }).waitFor();
    await press('Enter');
    await su.page.keyboard.type('请看一下');
    await press('Control+Enter');
    await lin.page.getByText(`同事在工单中提到了您：#${child.number}`).waitFor();
    await lin.context.close();
  });

  it('shows its customer on a phone how it stands, in the customer\'s language, and never a note', async () => {
    const { ticket } = await admin<{ ticket: { trackingUrl: string } }>('query ($id: ID!) { ticket(id: $id) { trackingUrl } }', { id: child.id });
    await tell(admin, 'commentTicket', { ticketId: child.id, clientCommentId: randomUUID(), visibility: 'PUBLIC', text: '正在补单', lastSeenSeq: 999, confirm: true }, 'entry { seq }');
    const phone = await openDevice(desk.browser, { viewport: { width: 360, height: 740 }, locale: 'en-GB', hasTouch: true, isMobile: true });
    const page = await phone.newPage();
    await page.goto(`${desk.url}${new URL(ticket.trackingUrl).pathname}`);
    await page.getByText('正在补单').waitFor();
    await page.getByText('We are working on it.').waitFor();
    expect(await page.getByText('请看一下').count()).toBe(0);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(await findBarriers(page)).toEqual([]);
    await page.goto(`${desk.url}${new URL(ticket.trackingUrl).pathname}x`);
    await page.getByText('This link is not valid or has run out.').waitFor();
    await phone.close();
  });
});
