import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { arrive, asker, tell } from '../harness/people.ts';
import { AgentPage } from './browser/agent-page.ts';
import { engage, openDesk, type Desk } from './browser/desk.ts';
import { shootFailures } from './browser/failures.ts';

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
