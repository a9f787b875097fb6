import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Visitor } from '../harness/people.ts';
import { AgentPage } from './browser/agent-page.ts';
import { openDesk, type Desk } from './browser/desk.ts';
import { shootFailures } from './browser/failures.ts';
import { speak, storedTexts, visitorSaying } from './browser/stories.ts';
import { VisitorPage } from './browser/visitor-page.ts';

let desk: Desk;
let lin: AgentPage;
let visitor: VisitorPage;
let other: Visitor;

beforeAll(async () => {
  desk = await openDesk();
  [lin, visitor, other] = await Promise.all([AgentPage.signIn(desk, desk.lin), VisitorPage.arrive(desk), visitorSaying(desk, '发票抬头开错了', desk.lin)]);
  await visitor.deliver('接口一直返回429');
  await lin.take('接口一直返回429');
});
shootFailures(() => desk?.browser);
afterAll(() => desk?.close());

const openId = () => new URL(lin.page.url()).pathname.split('/').at(-1)!;

/** Both screens show what the server keeps: each message once, in its order. */
async function expectBothWhole(last: string): Promise<void> {
  await Promise.all([lin.bubble(last).waitFor(), visitor.bubble(last).waitFor()]);
  const stored = await storedTexts(desk, openId());
  await expect.poll(() => lin.texts()).toEqual(stored);
  await expect.poll(() => visitor.texts()).toEqual(stored);
  expect(new Set(stored).size).toBe(stored.length);
}

// One conversation that is cut again and again; each test goes on where the one before ended.
describe('a cut', () => {
  it('of the visitor loses and doubles nothing, on either side', async () => {
    await visitor.context.setOffline(true);
    await visitor.frame.getByText('网络已断开，消息会在恢复后自动发送').waitFor();
    for (const text of ['请求编号 req_8f2k10', '昨天还好好的', '很急']) await visitor.say(text);
    await visitor.log.getByText('待发送').nth(2).waitFor();
    await lin.say('我来查限流记录');
    await lin.stream.getByText('已送达').waitFor();
    await visitor.context.setOffline(false);
    await expectBothWhole('很急');
    expect((await visitor.texts()).slice(-4)).toEqual(['我来查限流记录', '请求编号 req_8f2k10', '昨天还好好的', '很急']);
  });

  it('of the agent keeps what is written in order, and says how much waits', async () => {
    await lin.context.setOffline(true);
    await lin.page.getByText(/网络已断开/).waitFor();
    await lin.say('今天9点起每秒60次');
    await lin.say('上限是每秒20次');
    await lin.page.getByText('2条消息').waitFor();
    await lin.stream.getByText('待发送，联网后自动发出').nth(1).waitFor();
    await lin.reply.fill('文档链接我发您');
    await lin.page.getByText(/草稿已存本机/).waitFor();
    await lin.context.setOffline(false);
    await expectBothWhole('上限是每秒20次');
    await lin.page.getByText(/网络已断开/).waitFor({ state: 'hidden' });
    await expect.poll(() => lin.reply.inputValue()).toBe('文档链接我发您');
  });

  it('by the death of the server while both send ends with everything once and in order, counters and drafts included', async () => {
    await lin.reply.fill('');
    await lin.view('我的');
    await lin.open('发票抬头开错了');
    await lin.row('发票抬头开错了').getByText(/条未读/).waitFor({ state: 'detached' });
    await lin.reply.fill('请发正确的税号');
    await lin.page.getByText(/草稿已保存/).waitFor();
    await lin.open('上限是每秒20次');
    await lin.row('请发正确的税号').waitFor();
    await speak(other, '我把税号发过来了');
    await speak(other, '您看到了吗');
    await lin.row('请发正确的税号').getByText('2条未读').waitFor({ state: 'attached' });
    const api = desk.system.gateways[0]!;
    await api.kill();
    await visitor.say('我们改成批量接口');
    await lin.say('批量一次最多1000条');
    await lin.stream.getByText(/待发送/).waitFor();
    await lin.reply.fill('还有别的问题吗');
    await api.start();
    const guard = lin.dialog('先看看新消息');
    // Whoever of the two is first after the restart: the other's words are newer to the agent, who confirms.
    await expect.poll(async () => (await guard.isVisible()) || (await storedTexts(desk, openId())).includes('批量一次最多1000条'), { timeout: 30_000 }).toBe(true);
    if (await guard.isVisible()) await guard.getByRole('button', { name: '仍然发送' }).click();
    await lin.bubble('我们改成批量接口').waitFor();
    await expectBothWhole('批量一次最多1000条');
    await expect.poll(() => lin.reply.inputValue()).toBe('还有别的问题吗');
    await lin.row('请发正确的税号').getByText('2条未读').waitFor({ state: 'attached' });
    await lin.open('请发正确的税号');
    await expect.poll(() => lin.texts()).toEqual(['发票抬头开错了', '我把税号发过来了', '您看到了吗']);
    await expect.poll(() => lin.reply.inputValue()).toBe('请发正确的税号');
  });

  it('of the whole page loses nothing: a visitor who closed it in mid sentence finds all of it again', async () => {
    await visitor.context.setOffline(true);
    await visitor.say('关页面前的最后一句');
    await visitor.composer.fill('写到一半');
    const next = new VisitorPage(await visitor.context.newPage());
    await visitor.page.close();
    await visitor.context.setOffline(false);
    await next.page.goto(`/demo?lang=zh&channel=${desk.staff.channelKey}`);
    await next.launcher.click();
    visitor = next;
    await lin.open('还有别的问题吗');
    await expectBothWhole('关页面前的最后一句');
    await expect.poll(() => visitor.composer.inputValue()).toBe('写到一半');
  });
});

describe('a reload of the console', () => {
  it('while nothing answers keeps the place and goes on by itself', async () => {
    const place = new URL(lin.page.url()).pathname;
    await lin.page.route('**/graphql', (route) => route.abort());
    await lin.page.reload();
    await lin.page.getByRole('alert').getByText('暂时连不上Careline').waitFor();
    await lin.page.getByRole('button', { name: '重试' }).click();
    await lin.page.getByRole('alert').getByText('暂时连不上Careline').waitFor();
    await lin.page.unroute('**/graphql');
    await lin.stream.waitFor();
    expect(new URL(lin.page.url()).pathname).toBe(place);
  });

  it('that loses the answer to its renewal leaves the agent signed in', async () => {
    const before = await lin.context.cookies();
    await lin.page.reload();
    await lin.stream.waitFor();
    await lin.context.addCookies(before);
    await lin.page.reload();
    await lin.stream.waitFor();
  });
});
