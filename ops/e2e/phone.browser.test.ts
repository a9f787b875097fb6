import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asker, tell } from '../harness/people.ts';
import { AgentPage } from './browser/agent-page.ts';
import { findBarriers } from './browser/axe.ts';
import { engage, openDesk, type Desk } from './browser/desk.ts';
import { shootFailures } from './browser/failures.ts';
import { visitorSaying } from './browser/stories.ts';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
/** Each page, and what is there once it is loaded. */
const PAGES: [path: string, ready: string][] = [
  ['/inbox/unassigned', '[role=option]'], ['/tickets?view=all', '[role=option]'], ['/tickets?view=all&look=board', '.tcard'], ['/alerts', '.page .empty'], ['/settings/me', '.prefs'], ['/admin', '.adm-list a'],
  ['/admin/sla_policies', '.tier'], ['/admin/canned', '.page .empty'], ['/admin/macros', '.page .empty'], ['/admin/categories', '[role=treeitem]'], ['/admin/automation', '.page .empty'], ['/admin/routing', '.rulecard'],
  ['/admin/queues', '.adm-form'], ['/admin/business_hours', '.month'], ['/admin/channels', '.adm-form .code'], ['/admin/alerts', '.limits'], ['/admin/tags', '.saved tbody tr'],
];

let desk: Desk;
let page: Page;
let number: string;

beforeAll(async () => {
  desk = await openDesk();
  const { conversationId } = await visitorSaying(desk, '重复扣款两次');
  const admin = asker(desk.url, () => desk.staff.adminToken);
  const { results } = await tell<{ results: { ticket: { id: string; number: string } }[] }>(admin, 'createTickets', { tickets: [{ category: 'PAYMENT', subject: '重复扣款两次', priority: 'P1', conversationId }], idempotencyKey: randomUUID() }, 'results { ticket { id number } }');
  ({ number } = results[0]!.ticket);
  await tell(admin, 'updateTicket', { ticketId: results[0]!.ticket.id, tags: ['大客户在大促期间支付两次需要财务逐笔核对后原路退回'] }, 'ticket { id }');
  ({ page } = await AgentPage.signIn(desk, await engage(desk.url, desk.staff, { email: 'su@example.com', displayName: '苏明', publicName: '小苏' }, '管理员'), PHONE));
});
shootFailures(() => desk?.browser);
afterAll(() => desk?.close());

/** What is wider than the place it scrolls in, though nobody would look for more beside it. */
const tooWide = () => page.evaluate<string[]>(`[document.documentElement, ...document.querySelectorAll('.page, .page > header, .page > .body, .body > .in')]
  .filter((place) => place.scrollWidth > place.clientWidth)
  .map((place) => place.className + ' ' + place.scrollWidth + ' > ' + place.clientWidth)`);

describe('the console on a phone', () => {
  it.each(PAGES)('has nothing beside the screen at %s, and no barrier', async (path, ready) => {
    await page.goto(path);
    await page.locator(ready).first().waitFor();
    expect(await tooWide()).toEqual([]);
    expect(await findBarriers(page)).toEqual([]);
  });

  it('ends a long tag inside its frame', async () => {
    await page.goto('/admin/tags');
    const [frame, cell] = await Promise.all(['.saved td .tag', '.saved td'].map((part) => page.locator(part).first().boundingBox()));
    expect(frame!.x + frame!.width).toBeLessThan(cell!.x + cell!.width);
  });

  it('has a small dialog as wide as the screen', async () => {
    await page.goto('/admin/tags');
    await page.getByRole('button', { name: /^重命名或移除标签/ }).click();
    await page.getByRole('menuitem').first().click();
    expect(await page.getByRole('dialog').boundingBox()).toMatchObject({ x: 0, width: PHONE.viewport.width });
  });

  it('has five places at its foot; the last one leads to warnings and settings', async () => {
    await page.goto('/alerts');
    const bar = page.locator('.tabbar');
    await expect.poll(() => bar.locator('.to').allInnerTexts()).toEqual(['收件箱', '工单', 'SLA看板', '管理', '我的']);
    await bar.getByText('我的').click();
    await page.getByRole('menuitem', { name: '个人设置' }).click();
    await page.waitForURL('**/settings/me');
    await bar.getByText('我的').click();
    await page.getByRole('menuitem', { name: '预警' }).click();
    await page.waitForURL('**/alerts');
    expect(await findBarriers(page)).toEqual([]);
  });

  it('shows a ticket as one column: what is known of it stands below what happened', async () => {
    await page.goto(`/tickets/${number}`);
    await page.locator('.feed .evl').first().waitFor();
    const [feed, side] = await Promise.all([page.locator('.feed').boundingBox(), page.locator('.tk-side').boundingBox()]);
    expect(side!.y).toBeGreaterThanOrEqual(feed!.y + feed!.height);
    expect(await tooWide()).toEqual([]);
    expect(await findBarriers(page)).toEqual([]);
  });
});
