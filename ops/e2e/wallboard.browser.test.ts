import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { arrive, asker, tell } from '../harness/people.ts';
import { AgentPage } from './browser/agent-page.ts';
import { findBarriers } from './browser/axe.ts';
import { engage, openDesk, type Desk } from './browser/desk.ts';
import { shootFailures } from './browser/failures.ts';
import { visitorSaying } from './browser/stories.ts';

let desk: Desk;
let su: AgentPage;
beforeAll(async () => {
  desk = await openDesk();
  const admin = asker(desk.url, () => desk.staff.adminToken);
  su = await AgentPage.signIn(desk, await engage(desk.url, desk.staff, { email: 'su@example.com', displayName: '苏明', publicName: '小苏' }, '管理员'));
  const visitor = await arrive(desk.url, desk.staff.channelKey);
  await tell(visitor.ask, 'sendMessage', { conversationId: visitor.conversationId, clientMessageId: randomUUID(), text: '短信验证码收不到' }, 'message { seq }');
  visitor.client.close();
  const tickets = Array.from({ length: 1_000 }, (_, place) => ({ category: 'ACCOUNT', subject: `收不到短信验证码 ${place}`, priority: 'P1', conversationId: visitor.conversationId }));
  await tell(admin, 'createTickets', { tickets, idempotencyKey: randomUUID() }, 'createdCount');
});
shootFailures(() => desk?.browser);
afterAll(() => desk?.close());

it.each([['a desk', 1440, 900], ['a wall', 1920, 1080], ['a phone', 390, 844]])('shows a number of four digits on one line on %s', async (_name, width, height) => {
  const { page } = su;
  await page.setViewportSize({ width, height });
  await page.goto(`${desk.url}/wallboard/sla`);
  const counts = page.locator('.mx .v');
  await counts.filter({ hasText: /^1000$/ }).first().waitFor();
  const broken = await counts.evaluateAll((links) => links.filter((link) => {
    const range = document.createRange();
    range.selectNodeContents(link);
    return range.getClientRects().length !== 1 || link.scrollWidth > link.clientWidth;
  }).map((link) => link.textContent));
  expect(broken).toEqual([]);
  expect(await page.locator('.mx').evaluate((grid) => grid.scrollWidth <= grid.clientWidth)).toBe(true);
});

describe('a number opens the list it counts:', () => {
  const page = () => su.page;
  const countOf = (text: string | null) => Number(text?.trim());
  beforeEach(async () => {
    await page().setViewportSize({ width: 1920, height: 1080 });
    await page().goto(`${desk.url}/wallboard/sla`);
  });

  it('of what runs out in a span of time, which the filter names and takes away', async () => {
    const bar = page().locator('.bars a').filter({ hasNotText: /^0$/ }).first();
    const count = countOf(await bar.textContent());
    await bar.click();
    await page().waitForURL(/\/tickets\?.*due=/);
    expect(count).toBeGreaterThan(0);
    await expect.poll(async () => countOf(await page().locator('.count').first().textContent())).toBe(count);
    await page().getByRole('button', { name: '筛选' }).click();
    const span = page().locator('.conditions label').filter({ hasText: /到期$/ });
    await span.getByRole('checkbox').click();
    await page().waitForURL((url) => !url.search.includes('due='));
  });

  it('of first responses that ended today', async () => {
    const { tickets } = await asker(desk.url, () => desk.staff.adminToken)<{ tickets: { nodes: { id: string }[] } }>('{ tickets(first: 3) { nodes { id } } }');
    for (const { id } of tickets.nodes) await tell(asker(desk.url, () => desk.staff.adminToken), 'commentTicket', { ticketId: id, clientCommentId: randomUUID(), visibility: 'PUBLIC', text: '已处理', lastSeenSeq: 99 }, 'entry { seq }');
    const met = page().locator('.figures a').first();
    await expect.poll(async () => (await met.textContent())?.trim(), { timeout: 10_000 }).toMatch(/^3/);
    await met.click();
    await page().waitForURL(/\/tickets\?.*ended=/);
    await expect.poll(async () => countOf(await page().locator('.count').first().textContent())).toBe(3);
  });

  it('of who waits in a queue, and the list stays that of the queue while people come and go', async () => {
    const admin = asker(desk.url, () => desk.staff.adminToken);
    const { queue } = await tell<{ queue: { id: string } }>(admin, 'saveQueue', { name: '大客户', key: 'vip', teamIds: [] }, 'queue { id }');
    const send = async (text: string, isImportant: boolean) => {
      const visitor = await visitorSaying(desk, text);
      const { conversationId } = visitor;
      if (isImportant) await tell(admin, 'transferConversation', { conversationId, queueId: queue.id, note: '大客户' }, 'conversation { id }');
      return visitor;
    };
    const first = await send('合同什么时候能签', true);
    await send('怎么改收货地址', false);
    const waiting = page().locator('.qs li').filter({ hasText: '大客户' }).getByRole('link', { name: '大客户：1位等待中' });
    await waiting.waitFor();
    // What one queue says leaves the others where they are.
    expect(await page().locator('.qs li').count()).toBe(2);
    await waiting.click();
    await page().waitForURL(`**/inbox/${queue.id}`);
    await su.row('合同什么时候能签').waitFor();
    expect(await su.list.getByRole('option').count()).toBe(1);
    await send('发票要寄到总部', true);
    await send('优惠券用不了', false);
    await su.row('发票要寄到总部').click();
    await page().waitForURL(`**/inbox/${queue.id}/cnv_*`);
    expect(await su.list.getByRole('option').count()).toBe(2);
    expect(await findBarriers(page())).toEqual([]);
    await tell(admin, 'assignConversation', { conversationId: first.conversationId, agentId: desk.lin.id }, 'conversation { id }');
    await expect.poll(() => su.list.getByRole('option').count()).toBe(1);
  });
});
