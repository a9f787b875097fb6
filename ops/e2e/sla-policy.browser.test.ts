import { randomUUID } from 'node:crypto';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asker, tell, type Ask } from '../harness/people.ts';
import { AgentPage } from './browser/agent-page.ts';
import { findBarriers } from './browser/axe.ts';
import { engage, openDesk, type Desk } from './browser/desk.ts';
import { shootFailures } from './browser/failures.ts';
import { visitorSaying } from './browser/stories.ts';

const ORDERED = `priority: P0
first_response: 15m
resolution_time: 4h
escalation_rules:
  - after: 10m
    target: supervisor_group
`;

let desk: Desk;
let admin: Ask;
let su: AgentPage;

beforeAll(async () => {
  desk = await openDesk();
  admin = asker(desk.url, () => desk.staff.adminToken);
  const { conversationId } = await visitorSaying(desk, '重复扣款');
  await tell(admin, 'createTickets', { tickets: [{ category: 'PAYMENT', subject: '重复扣款', priority: 'P0', conversationId }], idempotencyKey: randomUUID() }, 'results { ticket { id } }');
  su = await AgentPage.signIn(desk, await engage(desk.url, desk.staff, { email: 'su@example.com', displayName: '苏明', publicName: '小苏' }, '管理员'));
});
shootFailures(() => desk?.browser);
afterAll(() => desk?.close());

interface Version {
  number: number;
  state: string;
  yaml: string;
}

const documentNamed = async (name: string) => (await admin<{ slaPolicyDocuments: { nodes: { id: string; name: string; activeVersion: Version | null; versions: { nodes: Version[] } }[] } }>(
  '{ slaPolicyDocuments(first: 50) { nodes { id name activeVersion { number state yaml } versions(first: 10) { nodes { number state yaml } } } } }')).slaPolicyDocuments.nodes.find((one) => one.name === name)!;
const active = async (name: string) => (await documentNamed(name)).activeVersion;

const pane = (name: string): Locator => su.page.getByRole('region', { name, exact: true });
const yaml = (): Locator => su.page.getByRole('textbox', { name: 'YAML' });
const button = (name: string): Locator => su.page.getByRole('button', { name, exact: true });

async function press(...keys: string[]): Promise<void> {
  for (const key of keys) await su.page.keyboard.press(key);
}

/** Puts the whole text in the place of what stands in the editor, by keys. */
async function write(text: string): Promise<void> {
  await yaml().focus();
  await press('Control+a', 'Delete');
  await su.page.keyboard.insertText(text);
}

// One afternoon with one document; each test goes on where the one before ended.
describe('an administrator writes an SLA promise', () => {
  it('from the rail, in YAML, and sees each mistake at its line and column with what to do', async () => {
    await su.page.getByRole('link', { name: '管理', exact: true }).click();
    await su.page.getByRole('link', { name: 'SLA策略' }).click();
    await su.page.getByRole('heading', { name: '默认策略' }).waitFor();
    await button('SLA策略').click();
    await su.page.getByRole('menuitem', { name: '新建策略文档' }).click();
    await su.page.getByRole('textbox', { name: '名称' }).fill('支付优先');
    await write(ORDERED.replace('15m', '15 minutes'));
    const problem = pane('YAML').getByRole('button', { name: '第2行第17列' });
    await problem.getByText('时长请写成 15m、4h、1h30m 或 3d。').waitFor();
    await pane('表单').getByText('时长请写成 15m').waitFor();
    expect(await pane('表单').getByLabel('首次响应').inputValue()).toBe('15 minutes');
    await problem.click();
    await su.page.keyboard.press('Shift+End');
    await su.page.keyboard.type('15m');
    await problem.waitFor({ state: 'detached' });
    await su.page.keyboard.press('Control+s');
    await su.page.getByText('已保存为v1').waitFor();
    expect((await documentNamed('支付优先')).versions.nodes).toEqual([{ number: 1, state: 'DRAFT', yaml: ORDERED }]);
  });

  it('may not activate it before a dry run, sees the run and what it found, and activates it for new tickets', async () => {
    await su.page.getByText('先试运行').waitFor();
    await button('试运行').click();
    await pane('试运行：近30天').getByText('结果会变的工单').waitFor();
    await button('启用v1').click();
    await su.dialog('启用v1').getByText('张未完成的工单会从各自的创建时间重新计算').waitFor();
    expect(await findBarriers(su.page)).toEqual([]);
    await su.dialog('启用v1').getByRole('button', { name: '启用v1' }).click();
    await su.page.getByText('v1 使用中').waitFor();
    expect(await active('支付优先')).toEqual({ number: 1, state: 'ACTIVE', yaml: ORDERED });
  });

  it('reorders and fills the form, and finds the same in the YAML, comments kept', async () => {
    await write(`# 合同第3条\n${ORDERED}`);
    await pane('表单').getByRole('button', { name: '添加策略' }).click();
    await pane('表单').getByRole('article', { name: '2. 普通' }).getByLabel('首次响应').fill('2h');
    await pane('表单').getByRole('article', { name: '2. 普通' }).getByLabel('标签').fill('vip');
    await pane('表单').getByRole('button', { name: '把第2条上移' }).click();
    const first = pane('表单').getByRole('article', { name: '1. 普通' });
    await first.getByRole('button', { name: '添加预警' }).click();
    await pane('表单').getByRole('article', { name: '2. 紧急' }).getByLabel('首次响应').fill('20m');
    await press('Tab');
    await press('Control+s');
    await su.page.getByText('已保存为v2').waitFor();
    const form = `priority: P2\nconditions:\n  tags: [vip]\nfirst_response: 2h\nresolution_time: 3d\nwarnings:\n  - percent_used: 80\n---\n# 合同第3条\n${ORDERED.replace('15m', '20m')}`;
    expect((await documentNamed('支付优先')).versions.nodes[0]).toMatchObject({ number: 2, yaml: form });
    await write(form.replace('2h', '90m'));
    await expect.poll(() => first.getByLabel('首次响应').inputValue()).toBe('90m');
    await write(form);
  });

  it('sees under which policy an imagined ticket falls and how it would fare', async () => {
    const simulation = pane('模拟一张工单');
    await simulation.getByText('匹配第2条：紧急').waitFor();
    await simulation.getByLabel('创建时间').fill('2026-11-23T09:00');
    await simulation.getByRole('listitem').filter({ hasText: '首次响应截止' }).getByText('09:20').waitFor();
    await simulation.getByRole('listitem').filter({ hasText: '首次响应升级到' }).getByText('09:30').waitFor();
    await simulation.getByLabel('优先级').selectOption('P2');
    await simulation.getByText('没有策略匹配').waitFor();
    await simulation.getByLabel('标签').fill('vip');
    await simulation.getByText('匹配第1条：普通').waitFor();
    await pane('表单').getByRole('article', { name: '1. 普通' }).getByText('模拟匹配').waitFor();
  });

  it('compares with what is in force, runs it dry, and activates it for open tickets too', async () => {
    await button('与v1比较').click();
    await su.dialog('v1与v2的差异').getByText('+first_response: 20m').waitFor();
    expect(await findBarriers(su.page)).toEqual([]);
    await press('Escape');
    await button('试运行').click();
    await button('启用v2').click();
    await su.dialog('启用v2').getByLabel('未完成的工单也重新计时').check();
    await su.dialog('启用v2').getByRole('button', { name: '启用v2' }).click();
    await su.page.getByText('v2 使用中').waitFor();
    const budget = async () => (await admin<{ tickets: { nodes: { firstResponseClock: { budgetSeconds: number } }[] } }>('{ tickets(first: 1) { nodes { firstResponseClock { budgetSeconds } } } }')).tickets.nodes[0]!.firstResponseClock.budgetSeconds;
    await expect.poll(budget).toBe(1_200);
  });

  it('finds who saved each version and when it was in force, and rolls back', async () => {
    await button('版本').click();
    const old = su.dialog('版本').getByRole('listitem', { name: 'v1 已停用' });
    await old.getByText('苏明保存于').waitFor();
    await old.getByText('启用于').waitFor();
    expect(await findBarriers(su.page)).toEqual([]);
    await old.getByRole('button', { name: '回退到此版本' }).click();
    await su.dialog('回退到v1').getByText('张未完成的工单会从各自的创建时间重新计算').waitFor();
    await su.dialog('回退到v1').getByRole('button', { name: '回退到v1' }).click();
    await su.page.getByText('v1 使用中').first().waitFor();
    expect(await active('支付优先')).toMatchObject({ number: 1, yaml: ORDERED });
  });

  it('is told of a colleague who saved meanwhile, sees what changed, and keeps the own words', async () => {
    const { id } = await documentNamed('支付优先');
    await tell(admin, 'saveSlaPolicy', { documentId: id, content: { yaml: ORDERED.replace('4h', '6h') } }, 'version { number }');
    await write(ORDERED.replace('15m', '12m'));
    await press('Control+s');
    const stale = su.dialog('已有更新的版本v3');
    await stale.getByText('+resolution_time: 6h').waitFor();
    expect((await documentNamed('支付优先')).versions.nodes).toHaveLength(3);
    await stale.getByRole('button', { name: '用我的内容保存为新版本' }).click();
    await su.page.getByText('已保存为v4').waitFor();
    expect((await documentNamed('支付优先')).versions.nodes[0]!.yaml).toBe(ORDERED.replace('15m', '12m'));
  });

  it('is asked before unsaved words are lost', async () => {
    await write(ORDERED.replace('15m', '11m'));
    await su.page.getByRole('link', { name: '工单', exact: true }).click();
    await su.dialog('有未保存的修改').getByRole('button', { name: '继续编辑' }).click();
    expect(new URL(su.page.url()).pathname).toContain('/admin/sla_policies/');
    await su.page.getByText('未保存', { exact: true }).waitFor();
    await button('SLA策略').click();
    await su.page.getByRole('menuitem', { name: '默认策略' }).click();
    await su.dialog('有未保存的修改').getByRole('button', { name: '不保存，离开' }).click();
    await su.page.getByRole('heading', { name: '默认策略' }).waitFor();
    await su.page.getByRole('link', { name: '工单', exact: true }).click();
    await su.page.waitForURL('**/tickets');
    expect((await documentNamed('支付优先')).versions.nodes).toHaveLength(4);
  });

  it('keeps the words while the line is down, and says that they are not saved until it is back', async () => {
    await press('g', 'p');
    await su.page.getByRole('heading', { name: '支付优先' }).or(su.page.getByRole('heading', { name: '默认策略' })).waitFor();
    await su.context.setOffline(true);
    await write(ORDERED.replace('15m', '13m'));
    await press('Control+s');
    await su.page.getByText('没有保存：网络没有连上').waitFor();
    await pane('YAML').getByText('检查没有完成').waitFor();
    await su.context.setOffline(false);
    await pane('YAML').getByText('检查没有完成').waitFor({ state: 'detached' });
    await press('Control+s');
    await su.page.getByText('已保存为').waitFor();
  });
});

it('shows the policies to who may only read them, and changes nothing', async () => {
  const lin = await AgentPage.signIn(desk, desk.lin);
  await lin.page.goto('/admin/sla_policies');
  await lin.page.getByText('只读').waitFor();
  await lin.page.getByRole('textbox', { name: 'YAML' }).focus();
  await lin.page.keyboard.type('x');
  expect(await lin.page.getByRole('button', { name: '保存' }).count() + await lin.page.getByRole('button', { name: /^启用/ }).count() + await lin.page.getByRole('link', { name: 'SLA策略' }).count()).toBe(0);
  expect(await lin.page.getByRole('region', { name: '表单' }).getByLabel('首次响应').first().isEditable()).toBe(false);
  expect(await lin.page.getByText('未保存').count()).toBe(0);
  await lin.context.close();
});

it.each(['light', 'dark'] as const)('meets no barrier in %s, with a mistake on screen', async (colorScheme) => {
  const screen = await AgentPage.signIn(desk, await engage(desk.url, desk.staff, { email: `${colorScheme}@example.com`, displayName: '苏明', publicName: '小苏' }, '管理员'), { colorScheme });
  await screen.page.goto('/admin/sla_policies');
  const field = screen.page.getByRole('region', { name: '表单' }).getByLabel('首次响应').first();
  await field.fill('soon');
  await screen.page.keyboard.press('Tab');
  await screen.page.getByRole('button', { name: /^第\d+行第\d+列/ }).waitFor();
  expect(await findBarriers(screen.page)).toEqual([]);
  await screen.context.close();
});
