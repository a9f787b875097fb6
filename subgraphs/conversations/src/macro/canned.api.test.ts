import { randomUUID } from 'node:crypto';
import type { Identity } from '@careline/kit/auth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDesk, type Desk } from '../conversation/desk.fixtures.ts';

const FIELDS = 'id title shortcut text sharing team { id } usageCount isRetired isChangeable version';
const SAVE = `mutation($input: SaveCannedReplyInput!) { saveCannedReply(input: $input) { cannedReply { ${FIELDS} } userErrors { code field } } }`;
const LIST = `query($search: String, $sharing: Sharing, $isRetired: Boolean, $first: Int, $last: Int, $after: String, $before: String) {
  cannedReplies(search: $search, sharing: $sharing, isRetired: $isRetired, first: $first, last: $last, after: $after, before: $before) {
    totalCount nodes { ${FIELDS} } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
const USE = `mutation($id: ID!, $key: String!) { useCannedReply(input: { cannedReplyId: $id, idempotencyKey: $key }) { cannedReply { usageCount } userErrors { code } } }`;
const RENDER = `query($id: ID!, $conversationId: ID, $customerId: ID) { node(id: $id) { ... on CannedReply { rendered(conversationId: $conversationId, customerId: $customerId) } } }`;

let desk: Desk;
let supervisor: Identity;
beforeAll(async () => {
  desk = await openDesk();
  supervisor = (await desk.office.hire({ name: '周主管', role: 'supervisor', teamIds: desk.office.admin.teamIds })).identity;
});
afterAll(() => desk?.close());

const save = async (input: object, viewer: Identity = desk.agent) =>
  (await desk.ask(SAVE, { input: { title: '问候', text: '您好', sharing: 'ME', ...input } }, viewer)).saveCannedReply;
const list = async (variables: object, viewer: Identity = desk.agent) => (await desk.ask(LIST, { first: 100, ...variables }, viewer)).cannedReplies;
const titles = async (search: string, viewer: Identity = desk.agent) => (await list({ search }, viewer)).nodes.map((one: { title: string }) => one.title) as string[];
const render = async (id: string, at: object, viewer: Identity = desk.agent) => (await desk.ask(RENDER, { id, ...at }, viewer)).node?.rendered;

describe('who sees and changes a canned reply', () => {
  it('shows a private one to its author alone, whatever the others may', async () => {
    const { cannedReply } = await save({ title: '我的开场白' });
    expect(cannedReply).toMatchObject({ sharing: 'ME', team: null, isChangeable: true, version: 1 });
    expect(await titles('我的开场白')).toEqual(['我的开场白']);
    for (const viewer of [desk.colleague, supervisor, desk.office.admin]) {
      expect(await titles('我的开场白', viewer)).toEqual([]);
      expect((await desk.ask('query($id: ID!) { node(id: $id) { id } }', { id: cannedReply.id }, viewer)).node).toBeNull();
      await expect(save({ cannedReplyId: cannedReply.id }, viewer)).rejects.toThrow('NOT_FOUND');
    }
  });

  it('lets an agent share nothing, a supervisor with own teams, an administrator with everybody', async () => {
    const [own] = desk.office.admin.teamIds as [string];
    const other = await desk.office.makeTeam('旁组');
    const codes = async (viewer: Identity, input: object) => (await save({ title: randomUUID(), ...input }, viewer)).userErrors.map((one: { code: string }) => one.code).join();
    expect(await codes(desk.agent, { sharing: 'TEAM', teamId: own })).toBe('NOT_ALLOWED');
    expect(await codes(desk.agent, { sharing: 'ALL' })).toBe('NOT_ALLOWED');
    expect(await codes(supervisor, { sharing: 'TEAM', teamId: own })).toBe('');
    expect(await codes(supervisor, { sharing: 'TEAM', teamId: other })).toBe('NOT_ALLOWED');
    expect(await codes(supervisor, { sharing: 'ALL' })).toBe('NOT_ALLOWED');
    expect(await codes(desk.office.admin, { sharing: 'TEAM', teamId: other })).toBe('');
    expect(await codes(desk.office.admin, { sharing: 'ALL' })).toBe('');
    expect(await codes(desk.office.admin, { sharing: 'TEAM' })).toBe('REQUIRED');
  });

  it('shows those of a team to its members and to who reads all', async () => {
    const title = `组内 ${randomUUID()}`;
    const { cannedReply } = await save({ title, sharing: 'TEAM', teamId: desk.office.admin.teamIds[0] }, supervisor);
    expect(cannedReply.team.id).toBe(desk.office.admin.teamIds[0]);
    expect(await titles(title, desk.colleague)).toEqual([title]);
    expect(await titles(title, desk.office.admin)).toEqual([title]);
    expect(await titles(title, desk.stranger)).toEqual([]);
    expect((await list({ search: title }, desk.colleague)).nodes[0].isChangeable).toBe(false);
    expect((await save({ cannedReplyId: cannedReply.id, title, sharing: 'ME' }, desk.colleague)).userErrors).toMatchObject([{ code: 'NOT_ALLOWED' }]);
  });

  it('refuses a viewer without macro:write and hides the list from who may not read it', async () => {
    const editor = (await desk.office.hire({ role: 'editor' })).identity;
    await expect(save({}, editor)).rejects.toThrow('FORBIDDEN');
    const analyst = (await desk.office.hire({ role: 'analyst' })).identity;
    await expect(list({}, analyst)).rejects.toThrow('FORBIDDEN');
  });
});

describe('saving', () => {
  it('refuses what is no canned reply, under its field', async () => {
    const errors = async (input: object) => (await save(input)).userErrors[0];
    expect(await errors({ title: ' ' })).toEqual({ code: 'REQUIRED', field: ['title'] });
    expect(await errors({ title: 'x'.repeat(61) })).toEqual({ code: 'TOO_LONG', field: ['title'] });
    expect(await errors({ text: '' })).toEqual({ code: 'REQUIRED', field: ['text'] });
    expect(await errors({ text: 'x'.repeat(5_001) })).toEqual({ code: 'TOO_LONG', field: ['text'] });
    expect(await errors({ text: '{{customer.pin}}' })).toEqual({ code: 'INVALID', field: ['text'] });
    expect(await errors({ shortcut: '退款' })).toEqual({ code: 'INVALID', field: ['shortcut'] });
  });

  it('gives a shortcut to one for the same readers, and frees it when that one goes out of use', async () => {
    const first = (await save({ title: '缩写甲', shortcut: 'jia' })).cannedReply;
    expect((await save({ title: '缩写乙', shortcut: 'jia' })).userErrors).toMatchObject([{ code: 'ALREADY_EXISTS', field: ['shortcut'] }]);
    expect((await save({ title: '缩写乙', shortcut: 'jia' }, desk.colleague)).userErrors).toEqual([]);
    await save({ cannedReplyId: first.id, title: '缩写甲', shortcut: 'jia', isRetired: true });
    expect((await save({ title: '缩写丙', shortcut: 'jia' })).userErrors).toEqual([]);
    expect((await save({ cannedReplyId: first.id, title: '缩写甲', shortcut: 'jia', isRetired: false })).userErrors).toMatchObject([{ code: 'ALREADY_EXISTS' }]);
  });

  it('takes one out of use and back, and does not count it meanwhile', async () => {
    const { cannedReply } = await save({ title: '节日问候' });
    expect((await save({ cannedReplyId: cannedReply.id, title: '节日问候', isRetired: true })).cannedReply).toMatchObject({ isRetired: true, version: 2 });
    expect(await titles('节日问候')).toEqual([]);
    expect((await list({ search: '节日问候', isRetired: true })).nodes).toHaveLength(1);
    expect((await desk.ask(USE, { id: cannedReply.id, key: randomUUID() }, desk.agent)).useCannedReply.userErrors).toEqual([{ code: 'WRONG_STATE' }]);
    // What is left out stays.
    expect((await save({ cannedReplyId: cannedReply.id, title: '节日' })).cannedReply.isRetired).toBe(true);
    await save({ cannedReplyId: cannedReply.id, title: '节日问候', isRetired: false });
    expect(await titles('节日问候')).toEqual(['节日问候']);
  });

  it('gives the present one to who saves an old version, and stores nothing', async () => {
    const { cannedReply } = await save({ title: '并发' });
    await save({ cannedReplyId: cannedReply.id, title: '并发', text: '第二版', expectedVersion: 1 });
    const refused = await save({ cannedReplyId: cannedReply.id, title: '并发', text: '第三版', expectedVersion: 1 });
    expect(refused).toMatchObject({ cannedReply: { text: '第二版', version: 2 }, userErrors: [{ code: 'STALE_VERSION' }] });
  });

  it('makes one for one key', async () => {
    const input = { title: '重试', idempotencyKey: randomUUID() };
    const [one, again] = [await save(input), await save(input)];
    expect(again.cannedReply.id).toBe(one.cannedReply.id);
    expect(await titles('重试')).toEqual(['重试']);
  });
});

describe('finding', () => {
  it('goes by shortcut, title, pinyin, initials and words of the text, best match first', async () => {
    await save({ title: '申请退款', text: '请提供订单号' });
    await save({ title: '退款到账时间', text: '3 个工作日' });
    await save({ title: '地址', text: '见 TK 大楼', shortcut: null });
    await save({ title: '天空', text: '蓝', shortcut: 'tk' });
    expect(await titles('tk')).toEqual(['天空', '退款到账时间', '申请退款', '地址']);
    expect(await titles('tuikuan')).toEqual(['退款到账时间', '申请退款']);
    expect(await titles('订单号')).toEqual(['申请退款']);
    expect(await titles('100%')).toEqual([]);
  });

  it('puts the most used first, and pages both ways without gaps or doubles', async () => {
    const { identity } = await desk.office.hire({ teamIds: [] });
    const made: string[] = [];
    for (const title of ['甲', '乙', '丙', '丁']) made.push((await save({ title }, identity)).cannedReply.id);
    await desk.ask(USE, { id: made[2], key: randomUUID() }, identity);
    const only = { sharing: 'ME' };
    const first = await list({ ...only, first: 3 }, identity);
    expect([first.nodes[0].title, first.totalCount, first.pageInfo.hasNextPage]).toEqual(['丙', 4, true]);
    const rest = await list({ ...only, first: 3, after: first.pageInfo.endCursor }, identity);
    expect([...first.nodes, ...rest.nodes].map((one: { id: string }) => one.id).sort()).toEqual([...made].sort());
    const back = await list({ ...only, first: null, last: 2, before: rest.pageInfo.startCursor }, identity);
    expect(back.nodes).toEqual(first.nodes.slice(1));
  });

  it('counts a use once for its key', async () => {
    const { cannedReply } = await save({ title: '计数' });
    const key = randomUUID();
    for (const one of [key, key, randomUUID()]) await desk.ask(USE, { id: cannedReply.id, key: one }, desk.agent);
    expect((await list({ search: '计数' })).nodes[0].usageCount).toBe(2);
    await expect(desk.ask(USE, { id: cannedReply.id, key: randomUUID() }, desk.colleague)).rejects.toThrow('NOT_FOUND');
  });
});

describe('variables', () => {
  const UPDATE = 'mutation($input: UpdateCustomerInput!) { updateCustomer(input: $input) { customer { id number } userErrors { code } } }';
  const text = '{{customer.displayName}}|{{customer.company}}|{{agent.publicName}}|{{conversation.number}}|{{ticket.number}}|{{organisation.name}}';

  it('are filled with what the caller may see; the rest stays in its braces', async () => {
    const { id, visitor } = await desk.begin();
    const { cannedReply } = await save({ title: '变量', text });
    const { conversation } = await desk.ask('query($id: ID!) { conversation(id: $id) { number } }', { id }, desk.agent);
    // A visitor's made-up name is no name.
    expect(await render(cannedReply.id, { conversationId: id })).toBe(`{{customer.displayName}}|{{customer.company}}|李雷|${conversation.number}|{{ticket.number}}|云帆科技`);
    await desk.ask(UPDATE, { input: { customerId: visitor.id, displayName: '李婷', company: '星河' } }, desk.office.admin);
    expect(await render(cannedReply.id, { conversationId: id })).toBe(`李婷|星河|李雷|${conversation.number}|{{ticket.number}}|云帆科技`);
    expect(await render(cannedReply.id, { customerId: visitor.id })).toBe('李婷|星河|李雷|{{conversation.number}}|{{ticket.number}}|云帆科技');
  });

  it('never carry a name that the caller reads masked', async () => {
    const { id, visitor } = await desk.begin();
    await desk.ask(UPDATE, { input: { customerId: visitor.id, displayName: '王小芳' } }, desk.office.admin);
    const { cannedReply } = await save({ title: '遮罩', text: '{{customer.displayName}}' });
    expect(await render(cannedReply.id, { conversationId: id }, { ...desk.agent, clearMasks: [] })).toBe('{{customer.displayName}}');
  });

  it('give nothing of a conversation or customer out of sight', async () => {
    const { id, visitor } = await desk.begin();
    const { cannedReply } = await save({ title: '公共变量', text, sharing: 'ALL' }, desk.office.admin);
    expect(await render(cannedReply.id, { conversationId: id }, desk.stranger)).toBeNull();
    expect(await render(cannedReply.id, { customerId: visitor.id }, desk.stranger)).toBeNull();
    expect(await render(cannedReply.id, {})).toBeNull();
  });
});
