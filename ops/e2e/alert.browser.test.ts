import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asker, type Ask } from '../harness/people.ts';
import { AgentPage } from './browser/agent-page.ts';
import { findBarriers } from './browser/axe.ts';
import { engage, openDesk, type Desk } from './browser/desk.ts';
import { shootFailures } from './browser/failures.ts';
import { holdAnswer } from './browser/line.ts';
import { missResponses } from './browser/missed-responses.ts';

let desk: Desk;
let admin: Ask;
let su: AgentPage;
let lin: AgentPage;
let ticketIds: string[];

beforeAll(async () => {
  desk = await openDesk();
  admin = asker(desk.url, () => desk.staff.adminToken);
  su = await AgentPage.signIn(desk, await engage(desk.url, desk.staff, { email: 'su@example.com', displayName: '苏明', publicName: '小苏' }, '管理员'));
  lin = await AgentPage.signIn(desk, desk.lin);
});
shootFailures(() => desk?.browser);
afterAll(() => desk?.close());

const button = (screen: AgentPage, name: string | RegExp) => screen.page.getByRole('button', { name });
const link = (screen: AgentPage, name: string | RegExp) => screen.page.getByRole('link', { name });

// One bad day; each test goes on where the one before ended.
describe('who is told of warnings', () => {
  it('is set by an administrator, who sees a program’s key once and what became of a test', async () => {
    const { page } = su;
    const limits = await holdAnswer(page, 'AttainmentLimits');
    const listed = page.waitForResponse((response) => response.request().postData()?.includes('AlertRecipients') ?? false);
    await page.goto('/admin/alerts');
    await listed;
    await page.locator('.skel').first().waitFor();
    expect(await page.getByText('还没有接收方').count()).toBe(0);
    await limits.release();
    await page.getByText('还没有接收方').waitFor();
    await page.getByLabel('低于此值预警（%）').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await button(su, '添加接收方').first().click();
    await page.getByLabel('通知方式').selectOption('WEBHOOK');
    await page.getByLabel('接收地址').fill('not an address');
    await page.keyboard.press('Enter');
    await page.getByText('请填写以 https:// 开头的地址').waitFor();
    await page.getByLabel('接收地址').fill('https://127.0.0.1/hook');
    await page.keyboard.press('Enter');
    expect(await page.getByLabel('密钥', { exact: true }).inputValue()).toMatch(/^whsec_/);
    expect(await findBarriers(page)).toEqual([]);
    await button(su, '我已保存').click();
    await button(su, '向https://127.0.0.1/hook发送测试').click();
    // An inner address that nobody has opened is not spoken to.
    await page.getByText('地址不允许访问').waitFor();
    expect(await findBarriers(page)).toEqual([]);
  });

  it('can be removed again, after a question', async () => {
    const { page } = su;
    await button(su, '移除https://127.0.0.1/hook').click();
    await page.getByRole('dialog').getByRole('button', { name: '移除', exact: true }).click();
    await page.getByText('还没有接收方').waitFor();
  });
});

describe('a supervisor, on a day that goes badly', () => {
  it('is warned wherever they are, and comes to the tickets responsible by one click', async () => {
    const { page } = lin;
    ticketIds = await missResponses(desk.url, admin, 20);
    await page.getByText('首次响应达标率 0.0%').first().waitFor({ timeout: 60_000 });
    await button(lin, '责任工单（20）').click();
    await page.getByText('只显示预警的20张责任工单').waitFor();
    expect(await page.locator('main > header > .count').textContent()).toBe('20');
    expect(new URL(page.url()).searchParams.get('ids')!.split(',').sort()).toEqual([...ticketIds].sort());
    expect(await findBarriers(page)).toEqual([]);
  });

  it('finds the warning in the rail and takes it, which a colleague sees at once', async () => {
    await su.page.goto('/alerts');
    await link(su, '预警').first().waitFor();
    await lin.page.goto('/tickets?view=all');
    await link(lin, '查看预警').click();
    await button(lin, '认领').click();
    await lin.page.getByText('林书言认领').waitFor();
    await su.page.getByText('林书言认领').waitFor();
    expect(await button(su, '认领').count()).toBe(0);
    expect(await findBarriers(lin.page)).toEqual([]);
  });

  it('reads the same after the page is loaded again, while an agent sees none of it', async () => {
    await lin.page.reload();
    await lin.page.getByText('首次响应达标率 0.0%').first().waitFor();
    const agent = await AgentPage.signIn(desk, await engage(desk.url, desk.staff, { email: 'xiao@example.com', displayName: '肖文', publicName: '小肖' }, '客服'));
    expect(await link(agent, '预警').count()).toBe(0);
    await agent.page.goto('/alerts');
    await agent.page.getByText('您没有查看的权限').waitFor();
  });
});
