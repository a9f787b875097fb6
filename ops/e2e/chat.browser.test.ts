import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentPage } from './browser/agent-page.ts';
import { openDesk, type Desk } from './browser/desk.ts';
import { shootFailures } from './browser/failures.ts';
import { VisitorPage } from './browser/visitor-page.ts';

let desk: Desk;
let lin: AgentPage;
let ning: AgentPage;
let visitor: VisitorPage;
/** Everything the server told the visitor's device, whether it was shown or not. */
const told: string[] = [];

beforeAll(async () => {
  desk = await openDesk();
  [lin, ning, visitor] = await Promise.all([AgentPage.signIn(desk, desk.lin), AgentPage.signIn(desk, desk.ning), VisitorPage.arrive(desk)]);
  visitor.page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => told.push(String(payload))));
  visitor.page.on('response', (response) => void response.text().then((text) => told.push(text), () => {}));
});
shootFailures(() => desk?.browser);
afterAll(() => desk?.close());

// One conversation from the first word to the rating; each test goes on where the one before ended.
describe('a conversation', () => {
  it('begins with the visitor and stands in the list of every agent at once', async () => {
    await visitor.deliver('登录一直收不到短信验证码');
    await visitor.frame.getByText('下一位就是您').or(visitor.frame.getByText('客服暂时都不在')).waitFor();
    await lin.row('登录一直收不到短信验证码').waitFor();
    await ning.row('登录一直收不到短信验证码').waitFor();
  });

  it('is taken by one agent, whose name the visitor sees', async () => {
    await lin.take('登录一直收不到短信验证码');
    await visitor.frame.getByRole('heading', { name: desk.lin.publicName }).waitFor();
    await visitor.frame.getByText('客服为您服务中').waitFor();
  });

  it('shows each side that the other one types', async () => {
    await lin.reply.pressSequentially('我看一下');
    await visitor.frame.getByText(`${desk.lin.publicName}正在输入`).waitFor();
    await visitor.composer.pressSequentially('换了两次手机');
    await lin.page.getByText(/正在输入/).waitFor();
  });

  it('carries words both ways and says when they were read', async () => {
    await lin.reply.press('Control+Enter');
    await visitor.bubble('我看一下').waitFor();
    await visitor.composer.press('Enter');
    await lin.bubble('换了两次手机').waitFor();
    await lin.stream.getByText(/^已读/).waitFor();
    await visitor.log.locator('.turn', { hasText: '换了两次手机' }).getByText('已读').waitFor();
  });

  it('keeps notes away from the visitor, on the screen and on the wire', async () => {
    await lin.page.getByRole('tab', { name: '备注' }).click();
    await lin.note.fill('网关显示两条都被运营商拦截');
    await lin.page.getByRole('button', { name: '添加备注' }).click();
    await lin.bubble('网关显示两条都被运营商拦截').waitFor();
    await lin.page.getByRole('tab', { name: '回复' }).click();
    await lin.say('查到了，已为您改走语音验证码');
    await visitor.bubble('已为您改走语音验证码').waitFor();
    expect(await visitor.texts()).toEqual(['登录一直收不到短信验证码', '我看一下', '换了两次手机', '查到了，已为您改走语音验证码']);
    expect(told.filter((text) => text.includes('语音验证码')).length).toBeGreaterThan(0);
    expect(told.filter((text) => text.includes('运营商'))).toEqual([]);
  });

  it('is transferred with a note for the colleague, and the visitor hears who goes on', async () => {
    await lin.page.getByRole('button', { name: '更多', exact: true }).click();
    await lin.page.getByRole('menuitem', { name: /转接/ }).click();
    const dialog = lin.dialog('转接会话');
    await dialog.getByRole('combobox').fill('李');
    await dialog.getByRole('option', { name: desk.ning.displayName }).click();
    await dialog.getByLabel('交接说明').fill('已改走语音，等客户确认');
    await dialog.getByRole('button', { name: '转接' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await visitor.frame.getByText(`已转接给${desk.ning.publicName}`).waitFor();
    await ning.view('我的');
    await ning.open('语音');
    await ning.bubble('已改走语音，等客户确认').waitFor();
    await ning.say('我是小李，我来跟进');
    await visitor.bubble('我是小李，我来跟进').waitFor();
    expect(told.filter((text) => text.includes('等客户确认'))).toEqual([]);
  });

  it('is closed and rated, and the rating stands in the thread', async () => {
    await ning.page.getByRole('button', { name: /结束会话/ }).click();
    await visitor.frame.getByText('会话已结束').first().waitFor();
    await visitor.frame.getByLabel('5分').check({ force: true });
    await visitor.frame.getByLabel('问题解决').check({ force: true });
    const send = visitor.frame.getByRole('button', { name: '发送评价' });
    const below = () => send.evaluate((button) => button.getBoundingClientRect().bottom - button.closest('[role=log]')!.getBoundingClientRect().bottom);
    await expect.poll(below).toBeLessThanOrEqual(0);
    await send.click();
    await visitor.frame.getByText('感谢您的评价：5分').waitFor();
    await ning.stream.getByText('客户评价5分').waitFor();
  });

  it('begins anew with the next word of the visitor', async () => {
    await visitor.frame.getByRole('button', { name: '发起新会话' }).click();
    await visitor.deliver('还有一个问题');
    expect(await visitor.texts()).toEqual(['还有一个问题']);
    await lin.view('未分配');
    await lin.row('还有一个问题').waitFor();
  });
});
