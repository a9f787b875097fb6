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

beforeAll(async () => {
  desk = await openDesk();
  admin = asker(desk.url, () => desk.staff.adminToken);
});
shootFailures(() => desk?.browser);
afterAll(() => desk?.close());

interface Made {
  id: string;
  number: string;
}

async function made(subject: string, priority: 'P0' | 'P1' | 'P2'): Promise<Made> {
  const { conversationId } = await visitorSaying(desk, subject);
  const { results } = await tell<{ results: { ticket: Made }[] }>(admin, 'createTickets', { tickets: [{ category: 'PAYMENT', subject, priority, conversationId }], idempotencyKey: randomUUID() }, 'results { ticket { id number } }');
  return results[0]!.ticket;
}

const stateOf = async (id: string) => (await admin<{ ticket: { state: string } }>('query ($id: ID!) { ticket(id: $id) { state } }', { id })).ticket.state;
const row = (subject: string): Locator => lin.page.getByRole('option').filter({ hasText: subject });
const views = (): Locator => lin.page.getByRole('navigation', { name: '视图' });
const column = (state: string): Locator => lin.page.getByRole('region', { name: state, exact: true });
const card = (subject: string): Locator => lin.page.locator('.tcard', { hasText: subject });
const dialog = (): Locator => lin.page.getByRole('dialog');

// One morning with views and the board; each test goes on where the one before ended.
describe('views of tickets', () => {
  let urgent: Made;

  it('saves what is filtered for as a view, with its counter', async () => {
    urgent = await made('重复扣款两次', 'P1');
    await made('发票抬头写错', 'P2');
    lin = await AgentPage.signIn(desk, desk.lin);
    await lin.page.goto('/tickets?view=all&priority=P0,P1');
    await row('重复扣款两次').waitFor();
    await lin.page.getByRole('button', { name: '保存为视图' }).click();
    await dialog().getByLabel('名称').fill('紧急的');
    expect(await findBarriers(lin.page)).toEqual([]);
    await lin.page.keyboard.press('Enter');
    await views().getByRole('link', { name: '紧急的 1' }).waitFor();
    await expect.poll(() => lin.page.getByRole('option').count()).toBe(1);
  });

  it('shows a new ticket and its counter without being asked', async () => {
    const subject = '支付成功但订单待付款';
    const { conversationId } = await visitorSaying(desk, subject);
    await tell(admin, 'createTickets', { tickets: [{ category: 'PAYMENT', subject, priority: 'P0', conversationId }], idempotencyKey: randomUUID() }, 'results { ticket { id } }');
    await row(subject).waitFor();
    await views().getByRole('link', { name: '紧急的 2' }).waitFor();
  });

  it('keeps rows in their places while the pointer is on the list', async () => {
    await row('重复扣款两次').hover();
    const before = await lin.page.getByRole('option').allInnerTexts();
    await made('银行卡被误扣', 'P1');
    await lin.page.getByRole('button', { name: '1张新的工单' }).waitFor();
    expect((await lin.page.getByRole('option').allInnerTexts()).length).toBe(before.length);
    await lin.page.mouse.move(5, 5);
    await row('银行卡被误扣').waitFor();
  });

  it('renames, removes and, when asked, brings back a view', async () => {
    await views().getByRole('button', { name: '视图“紧急的”的操作' }).focus();
    await lin.page.keyboard.press('Enter');
    await lin.page.getByRole('menuitem', { name: '改名与共享' }).click();
    await dialog().getByLabel('名称').fill('先处理的');
    await lin.page.keyboard.press('Enter');
    await views().getByRole('link', { name: '先处理的 3' }).waitFor();
    await views().getByRole('button', { name: '视图“先处理的”的操作' }).focus();
    await lin.page.keyboard.press('Enter');
    await lin.page.getByRole('menuitem', { name: '删除' }).click();
    await views().getByRole('link', { name: '先处理的' }).waitFor({ state: 'detached' });
    await lin.page.keyboard.press('Control+z');
    await views().getByRole('link', { name: '先处理的 3' }).waitFor();
  });

  it('moves a card by keys through the verbs, and returns one that is refused with the reason', async () => {
    await lin.page.goto('/tickets?view=all');
    await row('重复扣款两次').waitFor();
    await lin.page.keyboard.press('v');
    await card('重复扣款两次').focus();
    expect(await findBarriers(lin.page)).toEqual([]);
    await lin.page.keyboard.press('Shift+ArrowRight');
    // Asked while the first move is still on its way: it comes after it, and is refused.
    await lin.page.keyboard.press('Shift+ArrowLeft');
    await lin.page.locator('.toast').waitFor();
    await column('处理中').locator('.tcard', { hasText: '重复扣款两次' }).waitFor();
    expect(await stateOf(urgent.id)).toBe('OPEN');
  });

  it('asks for the reason of a card that is dragged to 挂起', async () => {
    await card('重复扣款两次').dragTo(column('挂起'));
    await dialog().getByLabel('原因').fill('等渠道回复');
    await lin.page.keyboard.press('Enter');
    await expect.poll(() => stateOf(urgent.id)).toBe('ON_HOLD');
    await column('挂起').locator('.tcard', { hasText: '重复扣款两次' }).waitFor();
  });

  it('goes to the ticket whose number is typed into the palette', async () => {
    await lin.page.keyboard.press('Control+k');
    await lin.page.locator('.palette input').fill(`#${urgent.number}`);
    await lin.page.locator('.palette [role=option]', { hasText: '重复扣款两次' }).waitFor();
    await lin.page.keyboard.press('Enter');
    await lin.page.waitForURL(`**/tickets/${urgent.number}*`);
  });
});
