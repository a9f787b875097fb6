import { randomUUID } from 'node:crypto';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asker, tell, type Ask } from '../harness/people.ts';
import { AgentPage } from './browser/agent-page.ts';
import { openDesk, type Desk } from './browser/desk.ts';
import { findBarriers } from './browser/axe.ts';
import { shootFailures } from './browser/failures.ts';
import { lateLine, type Line } from './browser/line.ts';
import { visitorSaying } from './browser/stories.ts';

let desk: Desk;
let admin: Ask;
let lin: AgentPage;
let line: Line;

interface Made {
  id: string;
  number: string;
}

beforeAll(async () => {
  desk = await openDesk();
  admin = asker(desk.url, () => desk.staff.adminToken);
});
shootFailures(() => desk?.browser);
afterAll(() => desk?.close());

/** A ticket from a conversation of its own, made by another program. */
async function made(subject: string, priority: 'P0' | 'P1' | 'P2'): Promise<Made> {
  const { conversationId } = await visitorSaying(desk, subject);
  const { results } = await tell<{ results: { ticket: Made }[] }>(admin, 'createTickets', { tickets: [{ category: 'PAYMENT', subject, priority, conversationId }], idempotencyKey: randomUUID() }, 'results { ticket { id number } }');
  return results[0]!.ticket;
}

const stored = async (id: string) => (await admin<{ ticket: { state: string; agentId: string | null; firstResponseClock: { state: string }; entries: { nodes: { comment: { text: string } | null }[] } } }>(
  'query ($id: ID!) { ticket(id: $id) { state agentId firstResponseClock { state } entries(last: 50) { nodes { comment { text } } } } }', { id },
)).ticket;
const commentsOf = async (id: string) => (await stored(id)).entries.nodes.flatMap(({ comment }) => (comment ? [comment.text] : []));

const row = (subject: string): Locator => lin.page.getByRole('option').filter({ hasText: subject });
const entry = (text: string): Locator => lin.page.getByRole('log', { name: '动态' }).getByText(text);
const card = (target: string): Locator => lin.page.getByRole('region', { name: target, exact: true });
async function press(...keys: string[]): Promise<void> {
  for (const key of keys) await lin.page.keyboard.press(key);
}

const hasFocus = (target: Locator) => target.evaluate((element) => element === element.ownerDocument.activeElement);

async function reach(target: Locator): Promise<void> {
  await target.waitFor();
  for (let step = 0; step < 40; step++) {
    if (await hasFocus(target)) return;
    await press('Tab');
  }
  throw new Error(`Tab does not reach ${target}`);
}

// One day with tickets and no mouse; each test goes on where the one before ended.
describe('an agent with tickets and without a mouse', () => {
  let urgent: Made;

  it('finds the most urgent ticket on top of the unassigned ones, its time running down', async () => {
    await made('对账单金额不一致', 'P2');
    urgent = await made('重复扣款两次', 'P1');
    lin = await AgentPage.signIn(desk, desk.lin, {}, async (screen) => { line = await lateLine(screen.page); });
    await press('g', 'k');
    await lin.page.getByRole('heading', { name: '工单', exact: true }).waitFor();
    await reach(lin.page.getByRole('link', { name: '未分配' }));
    await press('Enter');
    await row('重复扣款两次').waitFor();
    expect(await lin.page.getByRole('option').first().innerText()).toContain('重复扣款两次');
    const clock = row('重复扣款两次').locator('.sla');
    const before = await clock.innerText();
    expect(before).toMatch(/^5\d:\d\d$/);
    await expect.poll(() => clock.innerText()).not.toBe(before);
  });

  it('opens and takes it', async () => {
    await press('j', 'Enter');
    await lin.page.getByRole('heading', { name: '重复扣款两次' }).waitFor();
    expect(new URL(lin.page.url()).pathname).toBe(`/tickets/${urgent.number}`);
    await expect.poll(() => hasFocus(lin.page.getByRole('log', { name: '动态' }))).toBe(true);
    await press('i');
    await entry('林书言接手了工单').waitFor();
    expect((await stored(urgent.id)).agentId).toBe(desk.lin.id);
  });

  it('replies, and the first response is met', async () => {
    await card('首次响应').getByText('计时中').waitFor();
    await press('r');
    await lin.page.keyboard.type('重复的一笔已原路退回');
    await press('Control+Enter');
    await entry('重复的一笔已原路退回').waitFor();
    await entry('首次响应达标').waitFor();
    await card('首次响应').getByText('达标').waitFor();
    expect(await stored(urgent.id)).toMatchObject({ state: 'OPEN', firstResponseClock: { state: 'MET' } });
    expect(await commentsOf(urgent.id)).toEqual(['重复的一笔已原路退回']);
  });

  it('sees what a colleague does without asking again', async () => {
    await tell(admin, 'updateTicket', { ticketId: urgent.id, priority: 'P0', reason: '涉及资金' }, 'ticket { id }');
    await entry('优先级从P1改为P0').getByText('涉及资金').waitFor();
  });

  it('is asked before a reply that crosses another one, and keeps the words', async () => {
    await press('Escape', 'r');
    line.hold();
    await tell(admin, 'commentTicket', { ticketId: urgent.id, clientCommentId: randomUUID(), visibility: 'PUBLIC', text: '退款已到账', lastSeenSeq: 999, confirm: true }, 'entry { seq }');
    await lin.page.keyboard.type('请留意到账');
    await press('Control+Enter');
    await lin.dialog('先看看新消息').getByText('退款已到账').waitFor();
    expect(await commentsOf(urgent.id)).not.toContain('请留意到账');
    line.release();
    await press('Control+Enter');
    await entry('请留意到账').waitFor();
    expect((await commentsOf(urgent.id)).filter((text) => text === '请留意到账')).toHaveLength(1);
  });

  it('puts it on hold with a reason, and sees how time was counted', async () => {
    await press('Escape', 'h');
    await lin.dialog('挂起工单').getByLabel('原因').waitFor();
    await lin.page.keyboard.type('等支付渠道确认');
    await press('Enter');
    await entry('等支付渠道确认').waitFor();
    await card('解决').getByText('已暂停').waitFor();
    await press('v');
    await lin.dialog('计时依据').getByText('不计：挂起').waitFor();
    await press('Escape');
    await lin.dialog('计时依据').waitFor({ state: 'hidden' });
  });

  it('solves it and goes back to a list that no longer holds it', async () => {
    await press('e');
    await entry('改为“已解决”').waitFor();
    await card('解决').getByText('达标').waitFor();
    expect((await stored(urgent.id)).state).toBe('SOLVED');
    await press('Escape');
    await row('对账单金额不一致').waitFor();
    await row('重复扣款两次').waitFor({ state: 'detached' });
    await expect.poll(() => hasFocus(lin.page.getByRole('listbox', { name: '工单列表' }))).toBe(true);
  });

  it('gets a half-written reply back after a reload', async () => {
    await press('j', 'Enter');
    await lin.page.getByLabel('回复内容').waitFor();
    await press('r');
    await lin.page.keyboard.type('我这边核对一下');
    await lin.page.reload();
    await expect.poll(() => lin.page.getByLabel('回复内容').inputValue()).toBe('我这边核对一下');
  });

  it('meets no barrier in list and ticket', async () => {
    await entry('新建工单').waitFor();
    expect(await findBarriers(lin.page)).toEqual([]);
    await lin.page.goto('/tickets?view=unassigned');
    await row('对账单金额不一致').waitFor();
    expect(await findBarriers(lin.page)).toEqual([]);
  });

  it('watches the board change by itself, and opens the list that a number counts', async () => {
    await press('g', 'b');
    await lin.page.getByRole('link', { name: 'P2，计时中：1张工单' }).waitFor();
    expect(await findBarriers(lin.page)).toEqual([]);
    await made('子账号权限无法保存', 'P2');
    const number = lin.page.getByRole('link', { name: 'P2，计时中：2张工单' });
    await reach(number);
    await press('Enter');
    await row('子账号权限无法保存').waitFor();
    expect(await lin.page.getByRole('option').count()).toBe(2);
  });

  it('makes a ticket for a customer on the phone in a few seconds, one however often it is sent, with a file and a warning of its like', async () => {
    const { customer } = await tell<{ customer: { id: string; number: string } }>(admin, 'createCustomer', { displayName: '李婷', phone: '+86 138-0013-8000', idempotencyKey: randomUUID() }, 'customer { id number }');
    await tell(admin, 'createTickets', { tickets: [{ category: 'ACCOUNT', subject: '收不到短信验证码', customerId: customer.id }], idempotencyKey: randomUUID() }, 'results { ticket { id } }');
    const dialog = lin.dialog('新建工单');
    const began = performance.now();
    await lin.page.getByRole('listbox').waitFor();
    await press('t');
    await dialog.getByLabel('客户').waitFor();
    await lin.page.keyboard.type('0086 138 0013 8000');
    await dialog.getByRole('group', { name: '李婷' }).getByText(customer.number).waitFor();
    await reach(dialog.getByRole('radio', { name: '技术问题' }));
    await press('ArrowRight');
    await reach(dialog.getByRole('radio', { name: '普通' }));
    await press('ArrowLeft');
    await press('Tab');
    await lin.page.keyboard.type('短信验证码还是收不到');
    await dialog.getByText('同一客户24小时内的类似工单').waitFor();
    await dialog.locator('input[type=file]').setInputFiles({ name: '登录失败.log', mimeType: 'text/plain', buffer: Buffer.from('sms timeout\n') });
    await dialog.getByRole('button', { name: '删除附件登录失败.log' }).waitFor();
    // A file that is still under way does not outlive its page.
    await dialog.getByRole('progressbar', { name: '登录失败.log' }).waitFor({ state: 'detached' });
    expect(await findBarriers(lin.page)).toEqual([]);
    await lin.page.reload();
    await lin.page.getByRole('listbox').waitFor();
    await press('t');
    // What was written is there after a reload.
    await expect.poll(() => dialog.getByLabel('标题').inputValue()).toBe('短信验证码还是收不到');
    await dialog.getByRole('button', { name: '删除附件登录失败.log' }).waitFor();
    await Promise.all([press('Control+Enter'), press('Control+Enter')]);
    await lin.page.getByText(/已新建工单/).waitFor();
    expect(performance.now() - began).toBeLessThan(15_000);
    const mine = await admin<{ tickets: { nodes: { subject: string; priority: string; category: { key: string }; attachments: { nodes: { fileName: string }[] } }[] } }>(
      'query ($id: ID!) { tickets(filter: { customerId: $id }, orderBy: { field: CREATED, direction: DESC }, first: 10) { nodes { subject priority category { key } attachments(first: 5) { nodes { fileName } } } } }', { id: customer.id });
    expect(mine.tickets.nodes.map(({ subject }) => subject)).toEqual(['短信验证码还是收不到', '收不到短信验证码']);
    expect(mine.tickets.nodes[0]).toMatchObject({ priority: 'P1', category: { key: 'ACCOUNT' }, attachments: { nodes: [{ fileName: '登录失败.log' }] } });
  });

  it('says what is missing in a new ticket, and makes a customer whom nobody knows yet', async () => {
    const dialog = lin.dialog('新建工单');
    await press('t');
    await dialog.getByLabel('客户').waitFor();
    await press('Control+Enter');
    for (const problem of ['先确定是哪位客户', '选择问题分类，工单才能分给对的人', '写一个标题']) await dialog.getByText(problem).waitFor();
    expect(await findBarriers(lin.page)).toEqual([]);
    await lin.page.keyboard.type('139 1234 5678');
    await reach(dialog.getByRole('button', { name: '新建客户' }));
    await press('Enter');
    await dialog.getByLabel('姓名').fill('韩梅');
    await press('Enter');
    await dialog.getByRole('group', { name: '韩梅' }).waitFor();
    await dialog.getByRole('button', { name: '放弃' }).click();
    await press('t');
    await expect.poll(() => dialog.getByLabel('客户').inputValue()).toBe('');
    await press('Escape');
  });
});
