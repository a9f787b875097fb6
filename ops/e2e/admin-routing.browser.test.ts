import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { asker, tell, type Ask } from '../harness/people.ts';
import { AgentPage } from './browser/agent-page.ts';
import { findBarriers } from './browser/axe.ts';
import { engage, openDesk, type Desk } from './browser/desk.ts';
import { shootFailures } from './browser/failures.ts';
import { holdAnswer } from './browser/line.ts';
import { visitorSaying } from './browser/stories.ts';

let desk: Desk;
let admin: Ask;
let page: Page;
let conversationId: string;
let questions = 0;

beforeAll(async () => {
  desk = await openDesk();
  admin = asker(desk.url, () => desk.staff.adminToken);
  // The rules a system starts with name these three.
  for (const key of ['payment', 'account', 'technical']) await tell(admin, 'saveQueue', { name: key, key, teamIds: [] }, 'queue { id }');
  await tell(admin, 'saveQueue', { name: '大客户', key: 'vip', teamIds: [] }, 'queue { id }');
  ({ conversationId } = await visitorSaying(desk, '合同到期怎么续签'));
  ({ page } = await AgentPage.signIn(desk, await engage(desk.url, desk.staff, { email: 'root2@example.com', displayName: '苏明', publicName: '小苏' }, '管理员')));
  // What asks before it leaves work behind is answered yes.
  page.on('dialog', (dialog) => {
    questions += 1;
    void dialog.accept();
  });
});
shootFailures(() => desk?.browser);
afterAll(() => desk?.close());

const open = async (path: string, ready: string) => {
  await page.goto(`${desk.url}${path}`);
  await page.locator(ready).first().waitFor();
};

describe('the page of routing rules', () => {
  it('lets a rule be made, tried on a past conversation, run dry and put in force', async () => {
    await open('/admin/routing', '.rulecard');
    const cards = page.locator('ol > .rulecard');
    const count = await cards.count();
    await page.getByRole('button', { name: '添加规则' }).click();
    const rule = cards.nth(count);
    await rule.getByRole('textbox').first().fill('合同');
    await rule.getByRole('button', { name: '添加条件' }).click();
    await rule.getByPlaceholder('输入后按回车').fill('合同，续签');
    await rule.getByPlaceholder('输入后按回车').press('Enter');
    await expect.poll(() => rule.locator('.vals .tag').allTextContents()).toEqual(['合同', '续签']);
    await rule.getByRole('combobox', { name: /的队列/ }).selectOption({ label: '大客户' });
    await page.getByRole('button', { name: '试一试' }).click();
    await page.locator('.side [role=status]').filter({ hasText: '大客户' }).waitFor();
    expect(await rule.getAttribute('class')).toContain('won');
    await page.getByRole('button', { name: '存为新版本' }).click();
    await page.getByRole('button', { name: '试运行', exact: true }).click();
    await page.locator('.flows li').filter({ hasText: '大客户' }).waitFor();
    await page.getByRole('button', { name: '启用', exact: true }).click();
    await page.locator('.adm-head .tag.positive').waitFor();
    const { routingRuleVersion } = await admin<{ routingRuleVersion: { rules: { name: string }[] } }>('{ routingRuleVersion { rules { name } } }');
    expect(routingRuleVersion.rules.at(-1)!.name).toBe('合同');
    expect(await findBarriers(page)).toEqual([]);
  });

  it('says at the rule what is wrong with it', async () => {
    await open('/admin/routing', '.rulecard');
    await page.locator('ol > .rulecard').first().getByRole('textbox').first().fill('');
    await page.getByRole('button', { name: '存为新版本' }).click();
    await page.locator('ol > .rulecard').first().locator('.hint.bad').waitFor();
  });
});

describe('why a conversation came where it is', () => {
  it('is told with the rule, the queue and everybody who was looked at', async () => {
    await open(`/inbox/unassigned/${conversationId}`, '.stream .bub');
    await page.getByRole('button', { name: '更多', exact: true }).click();
    await page.getByRole('menuitem', { name: '为什么分到这里' }).click();
    const dialog = page.getByRole('dialog', { name: '为什么分到这里' });
    await dialog.getByRole('row', { name: /林书言.*不在线/ }).waitFor();
    await dialog.getByRole('row', { name: /李宁远.*不在线/ }).waitFor();
    await dialog.getByText(/^规则：.*服务队列：/).first().waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('更多');
  });
});

describe('the page of queues', () => {
  it('changes hours and what happens outside them', async () => {
    await open('/admin/queues', '.adm-form');
    await page.getByRole('link', { name: /大客户/ }).click();
    await page.getByLabel('工作时间').selectOption({ label: '7×24' });
    await page.getByLabel('关闭时', { exact: true }).selectOption('WAIT');
    await page.getByLabel(/中文/).fill('明天见');
    await page.getByRole('button', { name: '保存', exact: true }).click();
    await page.getByText('大客户已保存').waitFor();
    const { queues } = await admin<{ queues: { nodes: { key: string; businessHoursId: string | null; closedWords: { zh: string } | null }[] } }>('{ queues(first: 10) { nodes { key businessHoursId closedWords { zh } } } }');
    expect(queues.nodes.find(({ key }) => key === 'vip')).toMatchObject({ businessHoursId: expect.stringMatching(/^bhr_/), closedWords: { zh: '明天见' } });
    expect(await findBarriers(page)).toEqual([]);
  });
});

describe('the page of business hours', () => {
  it('takes in a holiday plan, shows the month and saves', async () => {
    await open('/admin/business_hours/new', '.adm-form');
    await page.getByLabel('名称').first().fill('白班');
    await page.getByLabel('标识').fill('day_shift');
    await page.getByRole('button', { name: /放假安排/ }).click();
    await page.locator('.days .kind').first().waitFor();
    await page.getByLabel('生效日期').fill('2027-03-01');
    await page.getByRole('button', { name: '从这天起改用其他时段' }).click();
    await page.getByRole('heading', { name: '自2027-03-01起' }).waitFor();
    await page.getByRole('button', { name: '保存', exact: true }).click();
    await page.getByText('工作时间已保存').waitFor();
    const { businessHours } = await admin<{ businessHours: { nodes: { key: string; specialDays: unknown[]; intervals: unknown[]; periods: unknown[] }[] } }>('{ businessHours(first: 10) { nodes { key specialDays { date } intervals { weekday } periods { from } } } }');
    const made = businessHours.nodes.find(({ key }) => key === 'day_shift')!;
    expect([made.intervals.length, made.specialDays.length > 30, made.periods]).toEqual([5, true, [{ from: '2027-03-01' }]]);
    expect(await findBarriers(page)).toEqual([]);
  });
});

describe('a page whose data have not come yet', () => {
  it.each([['queues', 'query QueueSettings'], ['business_hours', 'query BusinessHours'], ['channels', 'query Channels']])('of %s is left without a question: nothing was written', async (path, operation) => {
    await open('/admin', '.adm-list a');
    const answer = await holdAnswer(page, operation);
    questions = 0;
    await page.locator(`.adm-list a[href="/admin/${path}"]`).click();
    await page.locator('.skel').first().waitFor();
    await page.locator('.crumb a').click();
    await page.locator('.adm-list a').first().waitFor();
    await answer.release();
    expect(questions).toBe(0);
  });
});

describe('the page of channels', () => {
  it('changes words and form of the widget, and shows the embed code', async () => {
    await open('/admin/channels', '.adm-form .code');
    expect(await page.locator('.code code').textContent()).toContain(`data-channel="${desk.staff.channelKey}"`);
    await page.getByLabel('问候语（中文）').fill('欢迎，有什么可以帮您？');
    await page.getByRole('button', { name: '添加字段' }).click();
    const field = page.locator('.adm-form li.rulecard').last();
    await field.getByRole('textbox').nth(0).fill('订单号');
    await field.getByRole('textbox').nth(1).fill('Order number');
    await field.getByRole('textbox').nth(2).fill('order');
    await page.getByRole('button', { name: '保存', exact: true }).click();
    await page.getByText(/已保存$/).waitFor();
    const { widget } = await admin<{ widget: { greeting: string; form: { key: string; label: string }[] } }>(`{ widget(channelKey: "${desk.staff.channelKey}", locale: ZH_CN) { greeting form { key label } } }`);
    expect(widget.greeting).toBe('欢迎，有什么可以帮您？');
    expect(widget.form.at(-1)).toEqual({ key: 'order', label: '订单号' });
    expect(await findBarriers(page)).toEqual([]);
  });
});
