import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asker, tell, type Visitor } from '../harness/people.ts';
import { AgentPage } from './browser/agent-page.ts';
import { findBarriers } from './browser/axe.ts';
import { openDesk, type Desk } from './browser/desk.ts';
import { shootFailures } from './browser/failures.ts';
import { speak, storedTexts, visitorSaying } from './browser/stories.ts';

let desk: Desk;
let lin: AgentPage;
let visitor: Visitor;

beforeAll(async () => {
  desk = await openDesk();
  const admin = asker(desk.url, () => desk.staff.adminToken);
  const reply = (title: string, text: string, more: object = {}) => tell(admin, 'saveCannedReply', { title, text, sharing: 'ALL', ...more }, 'cannedReply { id }');
  await reply('退款到账时间', '退款1到3个工作日到账，我是{{agent.publicName}}');
  await reply('开场问候', '{{customer.displayName}}，您好', { shortcut: 'hi' });
  await reply('工单已登记', '已登记{{ticket.number}}');
  await reply('开户材料', '请准备营业执照、法人身份证明和对公账户信息。'.repeat(8));
  await tell(admin, 'saveMacro', { name: '核实后结束', sharing: 'ALL', steps: [{ verb: 'SEND_MESSAGE', value: '已核实，先为您结束会话。' }, { verb: 'ADD_TAG', value: '已核实' }, { verb: 'CLOSE' }] }, 'macro { id }');
  visitor = await visitorSaying(desk, '退款什么时候到', desk.lin);
  lin = await AgentPage.signIn(desk, desk.lin);
  await lin.page.goto(`/inbox/mine/${visitor.conversationId}`);
  await lin.bubble('退款什么时候到').waitFor();
});
shootFailures(() => desk?.browser);
afterAll(() => desk?.close());

const option = (text: string) => lin.page.locator('.canned').getByRole('option', { name: text });
/** What an input method shows before its words are chosen. */
async function compose(text: string) {
  const client = await lin.page.context().newCDPSession(lin.page);
  await client.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
  return { choose: (words: string) => client.send('Input.insertText', { text: words }) };
}

describe('canned replies in the composer', () => {
  it('are found by initials after a slash and put in filled by Enter', async () => {
    await lin.reply.fill('您好 ');
    await lin.reply.pressSequentially('/tk');
    await option('退款到账时间').waitFor();
    const [list, box] = await Promise.all([lin.page.locator('.canned').boundingBox(), lin.page.locator('.composer').boundingBox()]);
    expect(list!.y + list!.height).toBeLessThanOrEqual(box!.y);
    expect(await findBarriers(lin.page)).toEqual([]);
    await lin.page.keyboard.press('Enter');
    await expect.poll(() => lin.reply.inputValue()).toMatch(/^您好 退款1到3个工作日到账，我是.+$/);
    await lin.page.keyboard.press('Control+Enter');
    await lin.bubble('工作日到账').waitFor();
  });

  it('leave Enter to the input method while it composes, and find by the words it gives', async () => {
    await lin.reply.fill('');
    await lin.reply.focus();
    await lin.page.keyboard.type('/');
    await option('开场问候').waitFor();
    const composing = await compose("tui'kuan");
    await lin.page.keyboard.press('Enter');
    await composing.choose('退款');
    await option('退款到账时间').waitFor();
    await expect.poll(() => lin.page.locator('.canned').getByRole('option').count()).toBe(1);
    await lin.page.keyboard.press('Escape');
    await lin.page.locator('.canned').waitFor({ state: 'detached' });
    // Here the key breaks the line besides, which an input method on a desk would not let it do.
    expect((await lin.reply.inputValue()).trimEnd()).toBe('/退款');
  });

  it('mark what nobody filled in, go there, and let nothing be sent until it is', async () => {
    await lin.reply.fill('/hi');
    await option('开场问候').waitFor();
    await lin.page.keyboard.press('Enter');
    await lin.page.getByRole('button', { name: '客户称呼' }).waitFor();
    const before = await storedTexts(desk, visitor.conversationId);
    await lin.page.keyboard.press('Control+Enter');
    await lin.page.getByText('填写或删除变量后可以发送').waitFor();
    // The place is chosen already: what is typed stands there.
    await lin.page.keyboard.type('李女士');
    await expect.poll(() => lin.reply.inputValue()).toBe('李女士，您好');
    expect(await storedTexts(desk, visitor.conversationId)).toEqual(before);
    await lin.page.keyboard.press('Control+Enter');
    await lin.bubble('李女士，您好').waitFor();
  });

  it('open by a key in the middle of a text, without leaving a letter behind', async () => {
    await lin.reply.fill('一');
    await lin.page.keyboard.press('Control+/');
    await option('退款到账时间').waitFor();
    await lin.page.keyboard.press('Escape');
    expect(await lin.reply.inputValue()).toBe('一');
    await lin.reply.fill('');
  });
});

describe('words that are cut off', () => {
  it('are shown whole where the pointer rests', async () => {
    await lin.reply.fill('');
    await lin.page.keyboard.type('/');
    const text = option('开户材料').locator('.sub');
    expect(await text.getAttribute('title')).toBeNull();
    await text.hover();
    await expect.poll(() => text.getAttribute('title')).toContain('对公账户信息。请准备');
    await option('退款到账时间').locator('.sub').hover();
    expect(await option('退款到账时间').locator('.sub').getAttribute('title')).toBeNull();
    await lin.reply.fill('');
  });
});

describe('canned replies in a ticket', () => {
  it('are filled with the number of the ticket on screen', async () => {
    const admin = asker(desk.url, () => desk.staff.adminToken);
    const ticket = { category: 'PAYMENT', subject: '退款未到账', conversationId: visitor.conversationId };
    const { results } = await tell<{ results: { ticket: { number: string } }[] }>(admin, 'createTickets', { tickets: [ticket], idempotencyKey: randomUUID() }, 'results { ticket { number } }');
    const { number } = results[0]!.ticket;
    await lin.page.goto(`/tickets/${number}`);
    await lin.reply.fill('/gd');
    await option('工单已登记').waitFor();
    await lin.page.keyboard.press('Enter');
    await expect.poll(() => lin.reply.inputValue()).toBe(`已登记${number}`);
    await lin.page.goto(`/inbox/mine/${visitor.conversationId}`);
    await lin.bubble('退款什么时候到').waitFor();
  });
});

describe('a macro', () => {
  it('shows what it will do, asks when the customer spoke meanwhile, and then does all of it', async () => {
    await lin.page.keyboard.press('m');
    const dialog = lin.dialog('执行宏');
    await dialog.getByText('已核实，先为您结束会话。').waitFor();
    expect(await findBarriers(lin.page)).toEqual([]);
    await dialog.getByRole('combobox').fill('hshjs');
    await dialog.getByRole('option', { name: '核实后结束' }).waitFor();
    await dialog.getByRole('button', { name: '执行' }).waitFor();
    await expect.poll(() => dialog.getByRole('button', { name: '执行' }).getAttribute('aria-disabled')).toBeNull();
    await dialog.getByRole('combobox').press('Enter');
    await lin.page.getByText('已执行“核实后结束”').waitFor();
    await lin.bubble('已核实，先为您结束会话。').waitFor();
    await lin.page.getByText('会话已结束，重新打开后可以回复').waitFor();
    await speak(visitor, '再问一句');
    await lin.bubble('再问一句').waitFor();
  });

  it('is found in the palette by its name', async () => {
    await lin.page.keyboard.press('Control+k');
    await lin.page.locator('.palette input').fill('核实');
    await lin.page.getByRole('group', { name: '宏', exact: true }).getByRole('option', { name: '核实后结束' }).click();
    await lin.dialog('执行宏').getByText('已核实，先为您结束会话。').waitFor();
    await lin.page.keyboard.press('Escape');
  });
});

describe('a macro with steps on a ticket', () => {
  const ticketOf = async (id: string) => (await desk.staff.ask<{ ticket: { number: string; tags: string[]; state: string; agentId: string | null; entries: { nodes: { comment: { text: string } | null }[] } } }>(
    'query ($id: ID!) { ticket(id: $id) { number tags state agentId entries(last: 50) { nodes { comment { text } } } } }', { id },
  )).ticket;
  const said = (ticket: Awaited<ReturnType<typeof ticketOf>>) => ticket.entries.nodes.flatMap(({ comment }) => (comment ? [comment.text] : []));
  let talk: Visitor;
  let ticketId: string;

  beforeAll(async () => {
    const admin = asker(desk.url, () => desk.staff.adminToken);
    await tell(admin, 'saveMacro', { name: '登记到工单', sharing: 'ALL', steps: [{ verb: 'SEND_MESSAGE', value: '已为您登记。' }, { verb: 'TICKET_COMMENT', value: '来自会话{{conversation.number}}，工单{{ticket.number}}' }, { verb: 'TICKET_ASSIGN' }] }, 'macro { id }');
    await tell(admin, 'saveMacro', { name: '等待客户凭证', sharing: 'ALL', steps: [{ verb: 'TICKET_ADD_TAG', value: '待凭证' }, { verb: 'TICKET_SET_STATE', value: 'PENDING' }, { verb: 'ADD_TAG', value: '等' }] }, 'macro { id }');
    talk = await visitorSaying(desk, '凭证在哪里上传', desk.lin);
    await lin.page.goto(`/inbox/mine/${talk.conversationId}`);
    await lin.bubble('凭证在哪里上传').waitFor();
  });

  it('says so in a conversation without a ticket, and does nothing', async () => {
    await lin.page.keyboard.press('m');
    const dialog = lin.dialog('执行宏');
    await dialog.getByRole('combobox', { name: '查找宏' }).fill('djdgd');
    await dialog.getByText('这个会话没有关联的工单').first().waitFor();
    await dialog.getByRole('combobox', { name: '查找宏' }).press('Enter');
    expect(await dialog.getByRole('button', { name: '执行' }).getAttribute('aria-disabled')).toBe('true');
    await lin.page.keyboard.press('Escape');
    expect(await storedTexts(desk, talk.conversationId)).not.toContain('已为您登记。');
  });

  it('does its part on the conversation and then on its ticket, by keys alone', async () => {
    const admin = asker(desk.url, () => desk.staff.adminToken);
    const { results } = await tell<{ results: { ticket: { id: string } }[] }>(admin, 'createTickets', { tickets: [{ category: 'PAYMENT', subject: '上传凭证', conversationId: talk.conversationId }], idempotencyKey: randomUUID() }, 'results { ticket { id } }');
    ticketId = results[0]!.ticket.id;
    await lin.page.keyboard.press('m');
    const dialog = lin.dialog('执行宏');
    await dialog.getByRole('combobox', { name: '查找宏' }).fill('djdgd');
    const { number } = await ticketOf(ticketId);
    await dialog.getByText(`，工单${number}`).waitFor();
    await dialog.getByRole('combobox', { name: '工单' }).getByText('上传凭证').waitFor({ state: 'attached' });
    expect(await findBarriers(lin.page)).toEqual([]);
    await dialog.getByRole('combobox', { name: '查找宏' }).press('Enter');
    await lin.page.getByText('已执行“登记到工单”').waitFor();
    await lin.bubble('已为您登记。').waitFor();
    const ticket = await ticketOf(ticketId);
    expect([ticket.agentId, said(ticket)]).toEqual([desk.lin.id, [expect.stringMatching(new RegExp(`^来自会话\\d+，工单${number}$`))]]);
  });

  it('runs from the ticket with a key of its own, and says what is left to the conversation', async () => {
    const { number } = await ticketOf(ticketId);
    await lin.page.goto(`/tickets/${number}`);
    await lin.page.getByRole('heading', { name: '上传凭证' }).waitFor();
    await lin.page.keyboard.press('Shift+M');
    const dialog = lin.dialog('执行宏');
    await dialog.getByRole('combobox', { name: '查找宏' }).fill('ddkhpz');
    await dialog.getByText('会话里的步骤不在这里执行').waitFor();
    await dialog.getByText('待客户', { exact: true }).waitFor();
    expect(await findBarriers(lin.page)).toEqual([]);
    await dialog.getByRole('combobox', { name: '查找宏' }).press('Enter');
    await lin.page.getByText('已执行“等待客户凭证”').waitFor();
    expect(await ticketOf(ticketId)).toMatchObject({ state: 'PENDING', tags: ['待凭证'] });
  });
});

describe('the pages of canned replies and macros', () => {
  it('make one, show it as a customer reads it, and retire it', async () => {
    await lin.page.goto('/admin/canned');
    await lin.page.getByRole('button', { name: '新建快捷回复' }).first().click();
    const dialog = lin.dialog('新建快捷回复');
    const title = `我的话术${randomUUID().slice(0, 4)}`;
    await dialog.getByLabel('标题').fill(title);
    await dialog.getByLabel('内容').fill('{{customer.displayName}}您好');
    await dialog.getByText('李婷').waitFor();
    expect(await findBarriers(lin.page)).toEqual([]);
    await lin.page.keyboard.press('Control+Enter');
    await lin.page.getByRole('cell', { name: title }).waitFor();
    expect(await findBarriers(lin.page)).toEqual([]);
    await lin.page.getByRole('button', { name: title }).click();
    await lin.dialog('修改快捷回复').getByRole('button', { name: '下线' }).click();
    await lin.page.getByRole('cell', { name: title }).waitFor({ state: 'detached' });
    await lin.page.getByRole('radio', { name: '已下线' }).click();
    await lin.page.getByRole('cell', { name: title }).waitFor();
  });

  it('put the link of an article into a text, found by its title and by keys alone', async () => {
    const admin = asker(desk.url, () => desk.staff.adminToken);
    const draft = { title: '如何申请退款', content: '打开订单，点申请退款。', category: '支付', visibility: 'PUBLIC', locale: 'ZH_CN', effectiveDate: '2020-01-01', similarQuestions: ['怎么退款', '退款在哪里申请', '想退款'], keywords: ['退款'] };
    const { article } = await tell<{ article: { number: string; draftVersion: { id: string } } }>(admin, 'saveArticle', draft, 'article { number draftVersion { id } }');
    await tell(admin, 'publishArticle', { versionId: article.draftVersion.id, idempotencyKey: randomUUID() }, 'article { id }');
    await lin.page.goto('/admin/canned');
    await lin.page.getByRole('button', { name: '新建快捷回复' }).first().click();
    const dialog = lin.dialog('新建快捷回复');
    await dialog.getByLabel('标题').fill('退款步骤');
    await dialog.getByLabel('内容').fill('请看');
    await dialog.getByRole('button', { name: '插入变量' }).press('Enter');
    await lin.page.getByRole('menuitem', { name: '知识条目的链接' }).press('Enter');
    const picker = lin.dialog('选择知识条目');
    await picker.getByRole('combobox').fill('申请退款');
    await picker.getByRole('option', { name: '如何申请退款' }).waitFor();
    expect(await findBarriers(lin.page)).toEqual([]);
    await picker.getByRole('combobox').press('Enter');
    await picker.waitFor({ state: 'detached' });
    await expect.poll(() => dialog.getByLabel('内容').inputValue()).toBe(`请看{{article.${article.number}}}`);
    await expect.poll(() => dialog.getByLabel('内容').evaluate((box) => box === document.activeElement)).toBe(true);
    await dialog.getByText(`https://care.example.com/help/${article.number}`).waitFor();
    await lin.page.keyboard.press('Control+Enter');
    await lin.page.getByRole('cell', { name: '退款步骤' }).waitFor();
    await lin.page.goto(`/inbox/mine/${visitor.conversationId}`);
    await lin.bubble('退款什么时候到').waitFor();
    // The macro before has ended the conversation; the visitor spoke again, and it is open.
    await lin.reply.fill('/tkbz');
    await option('退款步骤').waitFor();
    await lin.page.keyboard.press('Enter');
    await expect.poll(() => lin.reply.inputValue()).toBe(`请看${desk.url}/help/${article.number}`);
    await lin.reply.fill('');
  });

  it('write a macro with steps on a ticket', async () => {
    await lin.page.goto('/admin/macros');
    await lin.page.getByRole('button', { name: '新建宏' }).first().click();
    const dialog = lin.dialog('新建宏');
    await dialog.getByLabel('名称').fill('转为账户问题');
    await dialog.getByLabel('第1步做什么').selectOption({ label: '工单：设为问题分类' });
    await dialog.getByLabel('第1步的内容').selectOption({ label: '账户问题' });
    await dialog.getByRole('button', { name: '添加步骤' }).click();
    await dialog.getByLabel('第2步做什么').selectOption({ label: '工单：设为状态' });
    await dialog.getByLabel('第2步的内容').selectOption({ label: '挂起' });
    expect(await findBarriers(lin.page)).toEqual([]);
    await lin.page.keyboard.press('Control+Enter');
    await lin.page.getByText('工单：设为问题分类 账户问题 → 工单：设为状态 挂起').waitFor();
  });

  it('ask before changes are thrown away, and say what is wrong with a macro at its step', async () => {
    await lin.page.goto('/admin/macros');
    await lin.page.getByRole('button', { name: '新建宏' }).first().click();
    const dialog = lin.dialog('新建宏');
    await dialog.getByLabel('名称').fill('测试');
    await lin.page.keyboard.press('Control+Enter');
    await dialog.getByText('请输入内容。').waitFor();
    expect(await findBarriers(lin.page)).toEqual([]);
    await lin.page.keyboard.press('Escape');
    await dialog.getByText('修改还没有保存').waitFor();
    await dialog.getByRole('button', { name: '放弃修改' }).click();
    await dialog.waitFor({ state: 'detached' });
  });
});
