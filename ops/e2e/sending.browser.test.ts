import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tell } from '../harness/people.ts';
import { AgentPage } from './browser/agent-page.ts';
import { openDesk, type Desk } from './browser/desk.ts';
import { shootFailures } from './browser/failures.ts';
import { lateLine, watchSending, type Line, type Sending } from './browser/line.ts';
import { storedTexts, visitorSaying } from './browser/stories.ts';
import { VisitorPage } from './browser/visitor-page.ts';

let desk: Desk;
let lin: AgentPage;
let ning: AgentPage;
let line: Line;
let sending: Sending;

beforeAll(async () => {
  desk = await openDesk();
  const built = (screen: { page: AgentPage['page'] }) => Promise.all([lateLine(screen.page), watchSending(screen.page)]);
  [lin, ning] = await Promise.all([AgentPage.signIn(desk, desk.lin, {}, async (screen) => void ([line, sending] = await built(screen))), AgentPage.signIn(desk, desk.ning)]);
});
shootFailures(() => desk?.browser);
afterAll(() => desk?.close());

/** A conversation of Lin's, open on her screen. */
async function opened(text: string): Promise<string> {
  const { conversationId } = await visitorSaying(desk, text, desk.lin);
  await lin.page.goto(`/inbox/mine/${conversationId}`);
  await lin.bubble(text).waitFor();
  return conversationId;
}

const idsOf = (text: string) => sending.tries.filter((one) => one.text === text).map((one) => one.id);

describe('the reply guard', () => {
  it('stores nothing when a colleague answered meanwhile, shows the answer, and sends only when told to', async () => {
    const id = await opened('上周申请的退款还没到账');
    await ning.page.goto(`/inbox/team/${id}`);
    await ning.bubble('上周申请的退款还没到账').waitFor();
    line.hold();
    await ning.say('银行回执显示昨天已经入账');
    await ning.stream.getByText('已送达').waitFor();
    await lin.say('我看一下退款单');
    const dialog = lin.dialog('先看看新消息');
    await dialog.getByText('李宁远在您写回复时已经回答了客户').waitFor();
    await dialog.getByText('银行回执显示昨天已经入账').waitFor();
    expect(await storedTexts(desk, id)).not.toContain('我看一下退款单');
    await dialog.getByRole('button', { name: '继续编辑' }).click();
    await expect.poll(() => lin.reply.inputValue()).toBe('我看一下退款单');
    await lin.reply.press('Control+Enter');
    await dialog.getByRole('button', { name: '仍然发送' }).click();
    await ning.bubble('我看一下退款单').waitFor();
    line.release();
    await lin.bubble('银行回执显示昨天已经入账').waitFor();
    expect(await storedTexts(desk, id)).toEqual(['上周申请的退款还没到账', '银行回执显示昨天已经入账', '我看一下退款单']);
    await expect.poll(() => lin.texts()).toEqual(await storedTexts(desk, id));
  });
});

describe('a message that did not get through', () => {
  it('is tried again by itself with the same id after the request was lost', async () => {
    const id = await opened('续费扣了两次');
    sending.lose('request');
    await lin.say('我马上核对流水');
    await lin.stream.getByText(/待发送，已重试/).waitFor();
    sending.lose('none');
    await lin.stream.getByText('已送达').waitFor();
    expect(idsOf('我马上核对流水').length).toBeGreaterThan(1);
    expect(new Set(idsOf('我马上核对流水')).size).toBe(1);
    expect(await storedTexts(desk, id)).toEqual(['续费扣了两次', '我马上核对流水']);
  });

  it('is stored and shown once although only its answers were lost', async () => {
    const id = await opened('实名认证提示信息不一致');
    sending.lose('answer');
    await lin.say('已为您重置了次数');
    await expect.poll(() => idsOf('已为您重置了次数').length, { timeout: 15_000 }).toBeGreaterThan(1);
    sending.lose('none');
    await lin.stream.getByText('已送达').waitFor();
    expect(new Set(idsOf('已为您重置了次数')).size).toBe(1);
    expect(await storedTexts(desk, id)).toEqual(['实名认证提示信息不一致', '已为您重置了次数']);
    expect(await lin.texts()).toEqual(['实名认证提示信息不一致', '已为您重置了次数']);
  });

  it('says why it was refused and keeps its id when the agent retries', async () => {
    const id = await opened('公司改名了');
    line.hold();
    const { conversation } = await desk.staff.ask<{ conversation: { lastSeq: number } }>('query ($id: ID!) { conversation(id: $id) { lastSeq } }', { id });
    await tell(desk.staff.ask, 'closeConversation', { conversationId: id, lastSeenSeq: conversation.lastSeq, confirm: true }, 'conversation { id }');
    await lin.say('需要新的营业执照');
    await lin.stream.getByText(/未送达：/).waitFor();
    line.release();
    await lin.page.getByRole('button', { name: '重新打开' }).click();
    await lin.stream.getByText(/重新打开了会话/).waitFor();
    await lin.stream.getByRole('button', { name: '重试' }).click();
    await lin.stream.getByText('已送达').waitFor();
    expect(new Set(idsOf('需要新的营业执照')).size).toBe(1);
    expect(await storedTexts(desk, id)).toEqual(['公司改名了', '需要新的营业执照']);
  });

  it('of a visitor is stored and shown once, the first one included', async () => {
    let theirs!: Sending;
    const visitor = await VisitorPage.arrive(desk, {}, async (screen) => void (theirs = await watchSending(screen.page)));
    // The answer of the second may be lost too, but then the live line brings the message back before it is tried again.
    for (const [text, loss] of [['第一句话', 'answer'], ['第二句话', 'request']] as const) {
      theirs.lose(loss);
      await visitor.say(text);
      await expect.poll(() => theirs.tries.filter((one) => one.text === text).length, { timeout: 15_000 }).toBeGreaterThan(1);
      theirs.lose('none');
      await visitor.log.locator('.turn', { hasText: text }).getByText('已送达').waitFor();
    }
    expect(new Set(theirs.tries.map((one) => one.id)).size).toBe(2);
    expect(await visitor.texts()).toEqual(['第一句话', '第二句话']);
    await visitor.context.close();
  });
});

describe('what is written and not sent', () => {
  it('stands in the composer after a reload and on the next device', async () => {
    const id = await opened('忘记密码');
    await lin.reply.fill('请在登录页点忘记密码');
    await lin.page.getByText(/草稿已保存/).waitFor();
    await lin.page.reload();
    await lin.reply.waitFor();
    await expect.poll(() => lin.reply.inputValue()).toBe('请在登录页点忘记密码');
    const second = await AgentPage.signIn(desk, desk.lin);
    await second.page.goto(`/inbox/mine/${id}`);
    await second.reply.waitFor();
    await expect.poll(() => second.reply.inputValue()).toBe('请在登录页点忘记密码');
    await second.context.close();
  });

  it('survives a reload in the send queue and goes out in order', async () => {
    const id = await opened('邮箱也用不了了');
    sending.lose('request');
    await lin.say('可以用手机号找回');
    await lin.say('尾号1221的还在用吗');
    await lin.stream.getByText(/待发送/).first().waitFor();
    await lin.page.reload();
    await lin.stream.getByText('尾号1221的还在用吗').waitFor();
    expect(await storedTexts(desk, id)).toEqual(['邮箱也用不了了']);
    sending.lose('none');
    await lin.stream.getByText('已送达').waitFor();
    expect(await storedTexts(desk, id)).toEqual(['邮箱也用不了了', '可以用手机号找回', '尾号1221的还在用吗']);
    expect(await lin.texts()).toEqual(['邮箱也用不了了', '可以用手机号找回', '尾号1221的还在用吗']);
  });
});
