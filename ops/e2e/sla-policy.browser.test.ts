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
});
