import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentPage } from './browser/agent-page.ts';
import { findBarriers } from './browser/axe.ts';
import { engage, openDesk, type Desk } from './browser/desk.ts';
import { shootFailures } from './browser/failures.ts';
import { cutLine } from './browser/line.ts';
import { chattingWith, openedBy } from './browser/served.ts';
import { visitorSaying } from './browser/stories.ts';

let desk: Desk;
let lin: AgentPage;
let ning: AgentPage;

beforeAll(async () => {
  desk = await openDesk();
  [lin, ning] = await Promise.all([AgentPage.signIn(desk, desk.lin), AgentPage.signIn(desk, desk.ning)]);
});
shootFailures(() => desk?.browser);
afterAll(() => desk?.close());

describe('a message taken back', () => {
  it('by keyboard is gone from every screen at once and after a reload, and its author writes it again', async () => {
    const { visitor, id } = await chattingWith(desk, lin, '我的密码是什么');
    await ning.page.goto(`/inbox/team/${id}`);
    await lin.say('您的初始密码是8047');
    await visitor.bubble('您的初始密码是8047').waitFor();
    await lin.reply.press('Escape');
    await lin.page.keyboard.press('Shift+R');
    const dialog = lin.dialog('撤回这条消息');
    await dialog.getByText(/客户(可能)?已经看过/).waitFor();
    await dialog.getByText('您的初始密码是8047').waitFor();
    expect(await findBarriers(lin.page)).toEqual([]);
    await lin.page.keyboard.press('Tab');
    await lin.page.keyboard.press('Enter');
    await lin.bubble('您撤回了一条消息').waitFor();
    await ning.bubble('林书言撤回了一条消息').waitFor();
    await visitor.bubble('客服撤回了一条消息').waitFor();
    await lin.view('我的');
    await lin.open('[消息已撤回]');
    await lin.bubble('您撤回了一条消息').waitFor();
    for (const screen of [lin.page, ning.page, visitor.page]) expect(await screen.locator('body').innerText()).not.toContain('8047');
    expect(await findBarriers(lin.page)).toEqual([]);
    expect(await findBarriers(visitor.chat())).toEqual([]);
    await lin.bubble('您撤回了一条消息').getByRole('button', { name: '重新编辑' }).click();
    await expect.poll(() => lin.reply.inputValue()).toBe('您的初始密码是8047');
    await lin.reply.fill('');
    await Promise.all([visitor.page.reload(), lin.page.reload()]);
    await visitor.launcher.click();
    await visitor.bubble('客服撤回了一条消息').waitFor();
    expect(await visitor.texts()).toEqual(['我的密码是什么', '客服撤回了一条消息']);
    await lin.bubble('您撤回了一条消息').waitFor();
    expect(await lin.bubble('您撤回了一条消息').getByRole('button').count()).toBe(0);
    await visitor.context.close();
  });

  it('while the visitor was cut off is gone once the line is back', async () => {
    let line!: Awaited<ReturnType<typeof cutLine>>;
    const { visitor } = await chattingWith(desk, lin, '验证码多少', async (screen) => void (line = await cutLine(screen.page)));
    await lin.say('验证码是551204');
    await visitor.bubble('验证码是551204').waitFor();
    await line.cut();
    await visitor.frame.getByText('正在重新连接').waitFor();
    await lin.bubble('验证码是551204').hover();
    await lin.stream.locator('.said', { hasText: '验证码是551204' }).getByRole('button', { name: '撤回' }).click();
    await lin.dialog('撤回这条消息').getByRole('button', { name: '撤回', exact: true }).click();
    await lin.bubble('您撤回了一条消息').waitFor();
    expect(await visitor.texts()).toEqual(['验证码多少', '验证码是551204']);
    line.mend();
    await visitor.bubble('客服撤回了一条消息').waitFor({ timeout: 20_000 });
    expect(await visitor.texts()).toEqual(['验证码多少', '客服撤回了一条消息']);
    await visitor.context.close();
  });

  it('in a thread that was on screen before is gone when it is opened again', async () => {
    const first = await openedBy(desk, lin, '第一位客户');
    await ning.page.goto(`/inbox/team/${first.conversationId}`);
    await ning.say('手机号是13800008047');
    await lin.bubble('手机号是13800008047').waitFor();
    const other = await visitorSaying(desk, '第二位客户', desk.lin);
    await lin.row('第二位客户').click();
    await lin.bubble('第二位客户').waitFor();
    expect(other.conversationId).not.toBe(first.conversationId);
    await ning.reply.press('Escape');
    await ning.page.keyboard.press('Shift+R');
    await ning.dialog('撤回这条消息').getByRole('button', { name: '撤回', exact: true }).click();
    await ning.bubble('您撤回了一条消息').waitFor();
    await lin.row('[消息已撤回]').first().waitFor();
    await lin.page.goBack();
    await lin.bubble('李宁远撤回了一条消息').waitFor();
    expect(await lin.stream.innerText()).not.toContain('13800008047');
  });

  it('is read by an auditor with a reason, and by nobody else', async () => {
    const visitor = await openedBy(desk, lin, '投诉客服');
    await lin.say('您自己看着办');
    await lin.stream.getByText('已送达').waitFor();
    await lin.reply.press('Escape');
    await lin.page.keyboard.press('Shift+R');
    await lin.dialog('撤回这条消息').getByRole('button', { name: '撤回', exact: true }).click();
    await lin.bubble('您撤回了一条消息').waitFor();
    expect(await lin.bubble('您撤回了一条消息').getByRole('button', { name: '查看原文' }).count()).toBe(0);
    const auditor = await AgentPage.signIn(desk, await engage(desk.url, desk.staff, { email: 'audit@example.com', displayName: '沈审言', publicName: '小沈' }, '审计员'));
    await auditor.page.goto(`/inbox/team/${visitor.conversationId}`);
    const gone = auditor.bubble('林书言撤回了一条消息');
    await gone.getByRole('button', { name: '查看原文' }).press('Enter');
    const dialog = auditor.dialog('查看撤回前的内容');
    await dialog.getByRole('button', { name: '查看', exact: true }).click();
    await dialog.getByText(/写一句原因/).waitFor();
    expect(await findBarriers(auditor.page)).toEqual([]);
    await auditor.page.keyboard.type('核实投诉');
    await dialog.getByLabel('原因').fill('核实投诉');
    await dialog.getByLabel('原因').press('Enter');
    await auditor.bubble('您自己看着办').waitFor();
    expect(await findBarriers(auditor.page)).toEqual([]);
    await auditor.stream.getByRole('button', { name: '收起' }).click();
    await auditor.bubble('您自己看着办').waitFor({ state: 'detached' });
    const { auditEntries } = await desk.staff.ask<{ auditEntries: { nodes: { verb: string; reason: string | null }[] } }>('{ auditEntries(first: 5) { nodes { verb reason } } }');
    expect(auditEntries.nodes).toContainEqual(expect.objectContaining({ verb: 'message:reveal', reason: '核实投诉' }));
    await auditor.context.close();
  });
});
