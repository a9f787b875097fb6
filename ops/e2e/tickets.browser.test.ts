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

async function reach(target: Locator): Promise<void> {
  await target.waitFor();
  for (let step = 0; step < 40; step++) {
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
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
});
