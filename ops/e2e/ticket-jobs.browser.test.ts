import { randomUUID } from 'node:crypto';
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

async function made(subject: string): Promise<Made> {
  const { conversationId } = await visitorSaying(desk, subject);
  const { results } = await tell<{ results: { ticket: Made }[] }>(admin, 'createTickets', { tickets: [{ category: 'PAYMENT', subject, priority: 'P2', conversationId }], idempotencyKey: randomUUID() }, 'results { ticket { id number } }');
  return results[0]!.ticket;
}

const stored = async (id: string) => (await admin<{ ticket: { state: string; tags: string[]; mergedInto: Made | null; resolutionClock: { state: string } } }>(
  'query ($id: ID!) { ticket(id: $id) { state tags mergedInto { id number } resolutionClock { state } } }', { id },
)).ticket;
const statesOf = async (tickets: readonly Made[]) => (await Promise.all(tickets.map(({ id }) => stored(id)))).map(({ state }) => state);
const row = (subject: string): Locator => lin.page.getByRole('option').filter({ hasText: subject });
async function press(...keys: string[]): Promise<void> {
  for (const key of keys) await lin.page.keyboard.press(key);
}

async function reach(target: Locator): Promise<void> {
  await target.waitFor();
  for (let step = 0; step < 60; step++) {
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
    await press('Tab');
  }
  throw new Error(`Tab does not reach ${target}`);
}

// One morning after an outage, without a mouse; each test goes on where the one before ended.
describe('an agent who changes many tickets without a mouse', () => {
  let tickets: Made[];

  it('chooses a stretch of rows by key, and changes them all as one job that names those it could not', async () => {
    tickets = [await made('退款失败甲'), await made('退款失败乙'), await made('退款失败丙')];
    await tell(admin, 'solveTicket', { ticketId: tickets[1]!.id }, 'ticket { id }');
    await tell(admin, 'closeTicket', { ticketId: tickets[1]!.id }, 'ticket { id }');
    lin = await AgentPage.signIn(desk, desk.lin);
    await lin.page.goto('/tickets?view=all&order=created');
    await row('退款失败甲').waitFor();
    await press('j', 'x', 'j', 'j', 'Shift+X');
    await lin.page.getByRole('toolbar', { name: '批量操作' }).getByText('已选择3张工单').waitFor();
    expect(await lin.page.getByRole('option', { selected: true }).count()).toBe(3);
    expect(await findBarriers(lin.page)).toEqual([]);
    await press('u');
    const dialog = lin.dialog('批量更改3张工单');
    await dialog.getByLabel('状态').selectOption('PENDING');
    await dialog.getByLabel('添加标签').fill('渠道故障，退款');
    expect(await findBarriers(lin.page)).toEqual([]);
    await press('Control+Enter');
    const bar = lin.page.getByRole('region', { name: '批量任务' });
    await bar.getByText('已更新2张工单').waitFor();
    expect(await statesOf(tickets)).toEqual(['PENDING', 'CLOSED', 'PENDING']);
    expect((await stored(tickets[0]!.id)).tags).toEqual(['渠道故障', '退款']);
    await reach(bar.getByRole('button', { name: '1张没有更新' }));
    await press('Enter');
    const list = lin.dialog('没有更新的工单');
    await list.getByRole('link', { name: `#${tickets[1]!.number}` }).waitFor();
    await list.getByText('不能变为').waitFor();
    expect(await findBarriers(lin.page)).toEqual([]);
    await press('Escape');
  });

  it('takes it back by key, but for what a colleague did meanwhile', async () => {
    await tell(admin, 'updateTicket', { ticketId: tickets[2]!.id, state: 'OPEN' }, 'ticket { id }');
    const bar = lin.page.getByRole('region', { name: '批量任务' });
    await reach(bar.getByRole('button', { name: '撤销' }));
    await press('Enter');
    await bar.getByText('已撤销1张工单的更改').waitFor();
    await bar.getByRole('button', { name: '1张保持现状' }).waitFor();
    expect(await statesOf(tickets)).toEqual(['NEW', 'CLOSED', 'OPEN']);
    expect((await stored(tickets[0]!.id)).tags).toEqual([]);
    expect((await stored(tickets[0]!.id)).resolutionClock.state).toBe('RUNNING');
  });

  it('solves all of a filter, and undoes it from the toast', async () => {
    await lin.page.goto('/tickets?view=unassigned');
    await row('退款失败甲').waitFor();
    await press('Shift+A', 'e');
    await lin.page.getByText('已更新2张工单').first().waitFor();
    expect(await statesOf(tickets)).toEqual(['SOLVED', 'CLOSED', 'SOLVED']);
    await press('Control+z');
    await lin.page.getByText('已撤销2张工单的更改').first().waitFor();
    expect(await statesOf(tickets)).toEqual(['NEW', 'CLOSED', 'OPEN']);
    await row('退款失败甲').waitFor();
  });

  it('merges a ticket into another one, is asked because the customers differ, is led there, and takes it back', async () => {
    const [joining, , survivor] = tickets as [Made, Made, Made];
    await lin.page.goto(`/tickets/${joining.number}`);
    await lin.page.getByRole('heading', { name: '退款失败甲' }).waitFor();
    await press('m');
    const dialog = lin.dialog(`把工单 #${joining.number} 并入`);
    await dialog.getByLabel('工单编号').fill(survivor.number);
    expect(await findBarriers(lin.page)).toEqual([]);
    await press('Control+Enter');
    await dialog.getByText('这些工单属于不同的客户').waitFor();
    expect((await stored(joining.id)).mergedInto).toBeNull();
    await press('Control+Enter');
    await lin.page.getByRole('heading', { name: '退款失败丙' }).waitFor();
    await lin.page.getByText(`#${joining.number} 已并入这张工单`).waitFor();
    expect(await stored(joining.id)).toMatchObject({ state: 'CLOSED', mergedInto: { id: survivor.id }, resolutionClock: { state: 'PAUSED' } });
    // Whoever opens the merged one is led on too, and may look at it all the same.
    const here = lin.page.url();
    await lin.page.getByRole('link', { name: '查看原来的工单' }).click();
    await lin.page.getByRole('heading', { name: '退款失败甲' }).waitFor();
    await lin.page.getByText('这张工单已并入').waitFor();
    await press('Control+z');
    await lin.page.getByText('已撤销', { exact: true }).waitFor();
    expect(await stored(joining.id)).toMatchObject({ state: 'NEW', mergedInto: null, resolutionClock: { state: 'RUNNING' } });
    expect(new URL(here).pathname).toBe(`/tickets/${survivor.number}`);
  });

  it('splits a comment off into a ticket of its own', async () => {
    const origin = tickets[2]!;
    await tell(admin, 'commentTicket', { ticketId: origin.id, clientCommentId: randomUUID(), visibility: 'INTERNAL', text: '发票抬头也要改', lastSeenSeq: 999 }, 'entry { seq }');
    await lin.page.goto(`/tickets/${origin.number}`);
    await lin.page.getByRole('log', { name: '动态' }).getByText('发票抬头也要改').waitFor();
    await press('Control+k');
    // Its code is loaded when it first opens: what is typed before goes nowhere.
    await lin.page.locator('.palette input:focus').waitFor();
    await lin.page.keyboard.type('拆分');
    await lin.page.getByRole('option', { name: '拆分工单', selected: true }).waitFor();
    await press('Enter');
    const dialog = lin.dialog('拆分工单');
    await dialog.getByLabel('新工单的标题').fill('修改发票抬头');
    await reach(dialog.getByRole('checkbox', { name: '发票抬头也要改' }));
    await press('Space');
    expect(await findBarriers(lin.page)).toEqual([]);
    await press('Control+Enter');
    await lin.page.getByRole('heading', { name: '修改发票抬头' }).waitFor();
    await lin.page.getByText(`从工单 #${origin.number} 拆分而来`).waitFor();
    await lin.page.getByRole('log', { name: '动态' }).getByText('发票抬头也要改').waitFor();
  });
});
