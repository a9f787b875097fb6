import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asker, tell, type Ask } from '../harness/people.ts';
import { AgentPage } from './browser/agent-page.ts';
import { findBarriers } from './browser/axe.ts';
import { engage, openDesk, type Desk } from './browser/desk.ts';
import { shootFailures } from './browser/failures.ts';
import { visitorSaying } from './browser/stories.ts';

let desk: Desk;
let admin: Ask;
let su: AgentPage;

beforeAll(async () => {
  desk = await openDesk();
  admin = asker(desk.url, () => desk.staff.adminToken);
  su = await AgentPage.signIn(desk, await engage(desk.url, desk.staff, { email: 'su@example.com', displayName: '苏明', publicName: '小苏' }, '管理员'));
});
shootFailures(() => desk?.browser);
afterAll(() => desk?.close());

const group = (name: string, on = su): Locator => on.page.getByRole('region', { name });
const row = (name: string, on = su): Locator => on.page.locator('tbody tr').filter({ has: on.page.getByText(name, { exact: true }) });
const dialog = (): Locator => su.page.getByRole('dialog');
const search = (): Locator => su.page.getByLabel('按名称查找视图');
const chips = (name: string) => row(name).locator('.asked:visible .tag').allTextContents();
const isFocused = (locator: Locator) => locator.evaluate((element) => element === document.activeElement);
async function keys(...pressed: string[]): Promise<void> {
  for (const key of pressed) await su.page.keyboard.press(key);
}
/** Opens the menu of a view and chooses, by keyboard. */
async function choose(name: string, verb: string): Promise<void> {
  await row(name).getByRole('button', { name: `视图“${name}”的操作` }).press('Enter');
  await su.page.getByRole('menuitem', { name: verb }).press('Enter');
  await dialog().waitFor();
}
const saveInbox = (input: object, ask = admin) => tell<{ view: { id: string; version: number } }>(ask, 'saveConversationView', input, 'view { id version }');
const saveTickets = (input: object) => tell<{ view: { id: string } }>(admin, 'saveTicketView', { columns: [], ...input }, 'view { id }');

// One morning with one desk; each test goes on where the one before ended.
describe('the page of shared views', () => {
  let far: string;
  let ofFar: { id: string; version: number };
  let refund: string;

  it('is gone to by two keys, says there are none and leads to where they are made', async () => {
    await su.page.goto('/inbox/mine');
    await su.list.waitFor();
    await keys('g', 'v');
    await su.page.getByText('还没有共享的视图').waitFor();
    expect(await findBarriers(su.page)).toEqual([]);
    await su.page.getByRole('link', { name: '打开工单' }).press('Enter');
    await su.page.getByRole('heading', { name: '工单', exact: true }).waitFor();
    await keys('g', 'a');
    await su.page.getByRole('link', { name: /^共享视图/ }).press('Enter');
    await su.page.getByText('还没有共享的视图').waitFor();
  });

  it('shows those of everybody and of every team, what each asks for and how many are in it, and no private one', async () => {
    ({ team: { id: far } } = await tell<{ team: { id: string } }>(admin, 'saveTeam', { name: '华东组', key: 'east' }, 'team { id }'));
    refund = (await visitorSaying(desk, '华东客户的退款没有到账', desk.lin)).conversationId;
    await tell(admin, 'updateConversation', { conversationId: refund, tags: ['退款'] }, 'conversation { id }');
    ofFar = (await saveInbox({ name: '华东退款', filter: { states: ['ACTIVE'], tags: ['退款'], agentIds: [desk.lin.id] }, sharing: 'TEAM', teamId: far })).view;
    await saveInbox({ name: '全部排队', filter: { states: ['QUEUED'] }, sharing: 'ALL' });
    await saveInbox({ name: '只有我', filter: {}, sharing: 'ME' });
    await saveTickets({ name: '华东紧急', filter: { priorities: ['P0'], isAtRisk: true }, sharing: 'TEAM', teamId: far });
    await su.page.reload();
    await row('华东退款').waitFor();
    await row('华东紧急').waitFor();
    expect(await chips('华东退款')).toEqual(['状态：服务中', `客服：${desk.lin.displayName}`, '标签：退款']);
    expect(await chips('华东紧急')).toEqual(['优先级：P0 紧急', '即将超时或已超时']);
    expect(await row('华东退款').innerText()).toContain('华东组');
    expect(await row('全部排队').innerText()).toContain('所有人');
    await su.page.getByRole('status').getByText('共3个').waitFor();
    expect(await su.page.getByText('只有我').count()).toBe(0);
    expect(await group('会话视图').locator('tbody tr').count()).toBe(2);
    expect(await findBarriers(su.page)).toEqual([]);
  });

  it('opens the list of another team\'s view, which goes on being told of', async () => {
    await row('华东退款').getByRole('link', { name: '打开视图“华东退款”：1个会话' }).press('Enter');
    await su.row('华东客户的退款没有到账').waitFor();
    await su.page.getByRole('heading', { name: '华东退款' }).waitFor();
    const second = (await visitorSaying(desk, '华东的第二笔退款', desk.lin)).conversationId;
    await tell(admin, 'updateConversation', { conversationId: second, tags: ['退款'] }, 'conversation { id }');
    await su.row('华东的第二笔退款').waitFor();
    await su.page.getByRole('link', { name: '华东退款 2' }).waitFor();
    await tell(admin, 'updateConversation', { conversationId: second, tags: [] }, 'conversation { id }');
    await su.row('华东的第二笔退款').waitFor({ state: 'detached' });
    await su.row('华东客户的退款没有到账').waitFor();
    await keys('g', 'i');
    await su.page.getByRole('link', { name: /^华东退款/ }).waitFor({ state: 'detached' });
    await keys('g', 'v');
    await row('华东紧急').getByRole('link', { name: '打开视图“华东紧急”：0张工单' }).press('Enter');
    await su.page.getByRole('link', { name: '华东紧急 0' }).waitFor();
    await su.page.getByText('没有工单符合此视图的条件').waitFor();
    await su.page.goBack();
  });

  it('is narrowed by name, kind and team', async () => {
    await row('全部排队').getByRole('link').focus();
    await keys('f');
    await su.page.keyboard.type('华东');
    await row('全部排队').waitFor({ state: 'detached' });
    await su.page.getByRole('radio', { name: '全部', exact: true }).focus();
    await keys('ArrowRight');
    await group('工单视图').waitFor({ state: 'detached' });
    await row('华东退款').waitFor();
    await su.page.getByLabel('共享范围').selectOption({ label: '所有人' });
    await su.page.getByText('没有符合条件的视图').waitFor();
    await su.page.getByRole('button', { name: '清除条件' }).press('Enter');
    await row('全部排队').waitFor();
    await su.page.getByLabel('共享范围').selectOption({ label: '华东组' });
    await row('全部排队').waitFor({ state: 'detached' });
    await row('华东紧急').waitFor();
    await su.page.getByLabel('共享范围').selectOption({ label: '全部范围' });
    await row('全部排队').waitFor();
  });

  it('renames a view and shares it with others, over what a colleague has just changed only when asked again', async () => {
    await row('华东退款').getByRole('button', { name: '华东退款', exact: true }).press('Enter');
    expect(await dialog().getByRole('radio', { name: '仅自己' }).count()).toBe(0);
    expect(await findBarriers(su.page)).toEqual([]);
    const name = dialog().getByLabel('名称');
    await name.fill('退款'.repeat(21));
    await dialog().getByText('超出2字，最多40字').waitFor();
    await name.fill('全部排队');
    await dialog().getByRole('radio', { name: '所有人' }).click();
    await name.press('Enter');
    await dialog().getByText('已有同名视图').waitFor();
    await saveInbox({ viewId: ofFar.id, name: '华东退款', filter: { states: ['ACTIVE'], tags: ['退款'] }, sharing: 'TEAM', teamId: far });
    await name.fill('退款跟进');
    await name.press('Enter');
    await dialog().getByText('他人已修改此视图').waitFor();
    await name.press('Enter');
    await dialog().waitFor({ state: 'detached' });
    await expect.poll(() => row('退款跟进').innerText()).toContain('所有人');
    expect(await chips('退款跟进')).toEqual(['状态：服务中', '标签：退款']);
    expect(await row('退款跟进').innerText()).toContain('苏明');
    const { conversationViews } = await desk.staff.ask<{ conversationViews: { name: string; sharing: string; filter: object }[] }>('{ conversationViews { name sharing filter } }', {});
    expect(conversationViews).toContainEqual({ name: '退款跟进', sharing: 'ALL', filter: { states: ['ACTIVE'], tags: ['退款'] } });
  });

  it('asks before a view goes, and says so where it was used', async () => {
    const lin = await AgentPage.signIn(desk, desk.lin);
    await lin.page.goto('/inbox/mine');
    const shown = lin.page.getByRole('link', { name: /^退款跟进/ });
    await shown.waitFor();
    await choose('退款跟进', '删除');
    await dialog().getByText('所有人将不再看到它').waitFor();
    expect(await findBarriers(su.page)).toEqual([]);
    await keys('Escape');
    await dialog().waitFor({ state: 'detached' });
    await choose('退款跟进', '删除');
    await keys('Control+Enter');
    await row('退款跟进').waitFor({ state: 'detached' });
    await su.page.getByText('已删除视图“退款跟进”').waitFor();
    await expect.poll(() => isFocused(search())).toBe(true);
    await shown.waitFor({ state: 'detached' });
    await lin.context.close();
  });

  it('shows a team\'s own manager what it may change, and what only others may', async () => {
    const lin = await AgentPage.signIn(desk, desk.lin);
    await lin.page.goto('/admin/views');
    await row('全部排队', lin).getByRole('img', { name: '您不能修改此共享视图' }).waitFor();
    expect(await row('全部排队', lin).getByRole('button').count()).toBe(0);
    await group('工单视图', lin).getByText('没有共享的工单视图').waitFor();
    expect(await findBarriers(lin.page)).toEqual([]);
    await lin.context.close();
  });

  it('says when it was not reached, keeps what it showed, and goes on', async () => {
    await su.context.setOffline(true);
    await search().fill('排队');
    await group('会话视图').getByRole('alert').getByText('会话视图没有加载出来').waitFor();
    await row('全部排队').waitFor();
    await su.context.setOffline(false);
    await group('会话视图').getByRole('button', { name: '重试' }).press('Enter');
    await group('会话视图').getByRole('alert').waitFor({ state: 'detached' });
    await su.page.route('**/graphql', (route) => ((route.request().postData() ?? '').includes('haredTicketViews') ? route.abort() : route.continue()));
    await su.page.reload();
    await group('工单视图').getByRole('heading', { name: '工单视图没有加载出来' }).waitFor();
    await row('全部排队').waitFor();
    expect(await findBarriers(su.page)).toEqual([]);
    await su.page.unroute('**/graphql');
    await group('工单视图').getByRole('button', { name: '重试' }).press('Enter');
    await row('华东紧急').waitFor();
  });
});
