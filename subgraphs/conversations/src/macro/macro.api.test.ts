import { randomUUID } from 'node:crypto';
import type { Identity } from '@careline/kit/auth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDesk, SEND, sending, type Desk } from '../conversation/desk.fixtures.ts';

const SAVE = 'mutation($input: SaveMacroInput!) { saveMacro(input: $input) { macro { id name version isRetired usageCount steps { verb value label } } userErrors { code field } } }';
const LIST = 'query($search: String, $isRetired: Boolean) { macros(search: $search, isRetired: $isRetired, first: 100) { nodes { id name usageCount } } }';
const RUN = `mutation($input: RunMacroInput!) { runMacro(input: $input) { conversation { id state priority tags version queue { id } agent { id } }
  conflict { lastSeq messages { text } } userErrors { code field message } } }`;
const PLAN = 'query($id: ID!, $conversationId: ID!) { node(id: $id) { ... on Macro { plan(conversationId: $conversationId) { verb label problem } } } }';
const LOOK = `query($id: ID!) { conversation(id: $id) { state priority tags lastSeq version agent { id } queue { id }
  messages(first: 100) { nodes { seq kind visibility text event facts author { kind agent { id } } } } } }`;

let desk: Desk;
let supervisor: Identity;
beforeAll(async () => {
  desk = await openDesk();
  supervisor = (await desk.office.hire({ name: '周主管', role: 'supervisor', teamIds: desk.office.admin.teamIds })).identity;
});
afterAll(() => desk?.close());

type Step = { verb: string; value?: string };
const save = async (steps: Step[], more: object = {}, viewer: Identity = desk.agent) =>
  (await desk.ask(SAVE, { input: { name: `宏 ${randomUUID()}`, steps, sharing: 'ME', ...more } }, viewer)).saveMacro;
const make = async (steps: Step[], more: object = {}, viewer: Identity = desk.agent) => (await save(steps, more, viewer)).macro.id as string;
const run = async (macroId: string, conversationId: string, more: object = {}, viewer: Identity = desk.agent) =>
  (await desk.ask(RUN, { input: { macroId, conversationId, lastSeenSeq: await desk.lastSeq(conversationId), idempotencyKey: randomUUID(), ...more } }, viewer)).runMacro;
const look = async (id: string) => (await desk.ask(LOOK, { id }, desk.office.admin)).conversation;
const plan = async (id: string, conversationId: string, viewer: Identity = desk.agent) => (await desk.ask(PLAN, { id, conversationId }, viewer)).node.plan;

describe('running a macro', () => {
  it('does every step in its order, in the name of who runs it', async () => {
    const { id } = await desk.begin();
    const macro = await make([
      { verb: 'SEND_MESSAGE', value: '我是{{agent.publicName}}，已为您登记。' }, { verb: 'ADD_NOTE', value: '已登记 {{conversation.number}}' }, { verb: 'ADD_TAG', value: '退款' },
      { verb: 'SET_PRIORITY', value: 'P1' }, { verb: 'SEND_MESSAGE', value: '再见' }, { verb: 'CLOSE' },
    ]);
    const before = (await look(id)).lastSeq as number;
    const { conversation, userErrors } = await run(macro, id);
    expect(userErrors).toEqual([]);
    expect(conversation).toMatchObject({ state: 'CLOSED', priority: 'P1', tags: ['退款'] });
    const after = await look(id);
    const said = after.messages.nodes.filter((one: { seq: number }) => one.seq > before);
    expect(said.map((one: { seq: number }) => one.seq)).toEqual(said.map((_one: unknown, place: number) => before + 1 + place));
    expect(said.map((one: { kind: string; event: string | null; visibility: string; text: string | null }) => (one.kind === 'TEXT' ? `${one.visibility} ${one.text!.split(' ')[0]}` : (one.event ?? one.kind))))
      .toEqual(['PUBLIC 我是李雷，已为您登记。', 'INTERNAL 已登记', 'CHANGED', 'CHANGED', 'PUBLIC 再见', 'CARD', 'CLOSED']);
    expect(said.filter((one: { kind: string }) => one.kind === 'TEXT').every((one: { author: { agent: { id: string } } }) => one.author.agent.id === desk.agent.id)).toBe(true);
    expect((await desk.ask(LIST, {}, desk.agent)).macros.nodes.find((one: { id: string }) => one.id === macro).usageCount).toBe(1);
  });

  it('does nothing at all when one step can not be done, and names the step', async () => {
    const { id } = await desk.begin();
    const before = await look(id);
    const missing = await make([{ verb: 'ADD_TAG', value: '甲' }, { verb: 'SEND_MESSAGE', value: '{{customer.displayName}}，您好' }]);
    expect((await run(missing, id)).userErrors).toMatchObject([{ code: 'INVALID', field: ['steps', '1', 'value'] }]);
    const urgent = await make([{ verb: 'ADD_NOTE', value: '加急' }, { verb: 'SET_PRIORITY', value: 'P0' }]);
    expect((await run(urgent, id)).userErrors).toMatchObject([{ code: 'NOT_ALLOWED', field: ['steps', '1', 'value'] }]);
    const analyst = await desk.office.hire({ role: 'analyst' });
    const away = await make([{ verb: 'SEND_MESSAGE', value: '转给同事' }, { verb: 'ASSIGN', value: analyst.id }]);
    expect((await run(away, id)).userErrors).toMatchObject([{ code: 'NOT_AVAILABLE', field: ['steps', '1', 'value'] }]);
    expect(await look(id)).toEqual(before);
  });

  it('undoes the steps before one that fails only when it is done', async () => {
    const { id } = await desk.begin();
    const tags = Array.from({ length: 20 }, (_one, place) => `t${place}`);
    await desk.ask('mutation($input: UpdateConversationInput!) { updateConversation(input: $input) { userErrors { code } } }', { input: { conversationId: id, tags } }, desk.agent);
    const before = await look(id);
    const macro = await make([{ verb: 'SEND_MESSAGE', value: '不应出现' }, { verb: 'ADD_TAG', value: '第二十一个' }]);
    expect((await run(macro, id)).userErrors).toMatchObject([{ code: 'TOO_MANY' }]);
    expect(await look(id)).toEqual(before);
  });

  it('keeps the reply guard: nothing is done over what was not seen, until confirmed', async () => {
    const { id, visitor } = await desk.begin();
    const lastSeenSeq = await desk.lastSeq(id);
    await desk.ask(SEND, sending(id, '等一下，还有一件事'), visitor);
    const macro = await make([{ verb: 'ADD_TAG', value: '乙' }, { verb: 'CLOSE' }]);
    const before = await look(id);
    const refused = await run(macro, id, { lastSeenSeq });
    expect(refused).toMatchObject({ conversation: null, conflict: { messages: [{ text: '等一下，还有一件事' }] }, userErrors: [{ code: 'CONFLICT_NEW_MESSAGES' }] });
    expect(await look(id)).toEqual(before);
    expect((await run(macro, id, { lastSeenSeq, confirm: true })).conversation.state).toBe('CLOSED');
  });

  it('runs once for one key, also when both come at the same moment', async () => {
    const { id } = await desk.begin();
    const macro = await make([{ verb: 'SEND_MESSAGE', value: '只说一次' }]);
    const input = { macroId: macro, conversationId: id, lastSeenSeq: await desk.lastSeq(id), idempotencyKey: randomUUID() };
    const answers = await Promise.all([1, 2].map(() => desk.ask(RUN, { input }, desk.agent)));
    for (const { runMacro } of answers) expect(runMacro).toMatchObject({ conversation: { id }, userErrors: [] });
    expect((await look(id)).messages.nodes.filter((one: { text: string | null }) => one.text === '只说一次')).toHaveLength(1);
  });

  it('leaves an audit entry when it assigns, and none when nothing changes', async () => {
    const { id } = await desk.begin();
    const macro = await make([{ verb: 'ASSIGN' }]);
    const before = (await desk.office.auditOf(id)).length;
    expect((await run(macro, id)).userErrors).toEqual([]);
    expect(await desk.office.auditOf(id)).toHaveLength(before);
    expect((await run(await make([{ verb: 'ASSIGN' }], {}, supervisor), id, {}, supervisor)).conversation.agent.id).toBe(supervisor.id);
    expect((await desk.office.auditOf(id)).at(-1)).toMatchObject({ verb: 'conversation:assign', actorId: supervisor.id, details: { after: { agentId: supervisor.id } } });
  });

  it('transfers to a queue with a note that names it, and may be repeated by who does not see it any more', async () => {
    const team = await desk.office.makeTeam('二线');
    const QUEUE = 'mutation($input: SaveQueueInput!) { saveQueue(input: $input) { queue { id } userErrors { code field } } }';
    const { queue } = (await desk.ask(QUEUE, { input: { name: '二线队列', key: `q${randomUUID().replaceAll('-', '').slice(0, 12)}`, teamIds: [team] } }, desk.office.admin)).saveQueue;
    const { id } = await desk.begin();
    const macro = await make([{ verb: 'TRANSFER', value: queue.id }], { name: '升级二线' });
    expect(await plan(macro, id)).toEqual([{ verb: 'TRANSFER', label: '二线队列', problem: null }]);
    const input = { idempotencyKey: randomUUID(), lastSeenSeq: await desk.lastSeq(id) };
    expect((await run(macro, id, input)).userErrors).toEqual([]);
    const after = await look(id);
    expect(after).toMatchObject({ state: 'QUEUED', agent: null, queue: { id: queue.id } });
    expect(after.messages.nodes.some((one: { text: string | null; visibility: string }) => one.text === 'Macro: 升级二线' && one.visibility === 'INTERNAL')).toBe(true);
    expect((await run(macro, id, input)).userErrors).toEqual([]);
    expect(await look(id)).toEqual(after);
  });
});

describe('who may run what', () => {
  it('refuses a viewer without macro:run, a foreign conversation and a private macro of another', async () => {
    const { id } = await desk.begin();
    const macro = await make([{ verb: 'CLOSE' }]);
    const editor = (await desk.office.hire({ role: 'editor' })).identity;
    await expect(run(macro, id, {}, editor)).rejects.toThrow('FORBIDDEN');
    await expect(run(macro, id, {}, desk.colleague)).rejects.toThrow('NOT_FOUND');
    const everybodys = await make([{ verb: 'CLOSE' }], { sharing: 'ALL' }, desk.office.admin);
    await expect(run(everybodys, id, {}, desk.stranger)).rejects.toThrow('NOT_FOUND');
    // A colleague reads it, but an agent runs macros on own conversations only.
    await expect(run(everybodys, id, {}, desk.colleague)).rejects.toThrow('FORBIDDEN');
    expect((await plan(everybodys, id, desk.colleague))[0].problem).toMatch(/own conversations/);
    expect((await run(everybodys, id, {}, supervisor)).userErrors).toEqual([]);
  });

  it('refuses one out of use, and one that is not what was seen', async () => {
    const { id } = await desk.begin();
    const { macro } = await save([{ verb: 'ADD_TAG', value: '丙' }]);
    await desk.ask(SAVE, { input: { macroId: macro.id, name: macro.name, steps: [{ verb: 'CLOSE' }], sharing: 'ME' } }, desk.agent);
    expect((await run(macro.id, id, { expectedVersion: 1 })).userErrors).toMatchObject([{ code: 'STALE_VERSION' }]);
    await desk.ask(SAVE, { input: { macroId: macro.id, name: macro.name, steps: [{ verb: 'CLOSE' }], sharing: 'ME', isRetired: true } }, desk.agent);
    expect((await run(macro.id, id)).userErrors).toMatchObject([{ code: 'WRONG_STATE' }]);
    expect((await look(id)).state).toBe('ACTIVE');
  });
});

describe('the plan', () => {
  it('says what would be done and what stands in the way, and does nothing', async () => {
    const { id } = await desk.begin();
    const before = await look(id);
    const macro = await make([{ verb: 'SEND_MESSAGE', value: '我是{{agent.publicName}}' }, { verb: 'SEND_MESSAGE', value: '{{customer.company}}您好' }, { verb: 'ASSIGN' }, { verb: 'SET_PRIORITY', value: 'P0' }, { verb: 'CLOSE' }]);
    expect(await plan(macro, id)).toEqual([
      { verb: 'SEND_MESSAGE', label: '我是李雷', problem: null }, { verb: 'SEND_MESSAGE', label: '{{customer.company}}您好', problem: expect.stringContaining('customer.company') },
      { verb: 'ASSIGN', label: '李雷', problem: null }, { verb: 'SET_PRIORITY', label: 'P0', problem: expect.any(String) }, { verb: 'CLOSE', label: null, problem: null },
    ]);
    expect(await look(id)).toEqual(before);
    expect(await plan(await make([{ verb: 'CLOSE' }], { sharing: 'ALL' }, desk.office.admin), id, desk.stranger)).toBeNull();
  });
});

describe('saving', () => {
  it('refuses steps that make no macro, each at its place', async () => {
    const error = async (...steps: Step[]) => (await save(steps)).userErrors[0];
    const tag = { verb: 'ADD_TAG', value: '甲' };
    expect(await error()).toEqual({ code: 'REQUIRED', field: ['steps'] });
    expect(await error(...Array.from({ length: 21 }, () => tag))).toEqual({ code: 'TOO_MANY', field: ['steps'] });
    expect(await error({ verb: 'CLOSE' }, tag)).toEqual({ code: 'INVALID', field: ['steps', '0', 'verb'] });
    expect(await error({ verb: 'ASSIGN' }, { verb: 'ASSIGN' })).toEqual({ code: 'INVALID', field: ['steps', '1', 'verb'] });
    expect(await error({ verb: 'SEND_MESSAGE', value: ' ' })).toEqual({ code: 'REQUIRED', field: ['steps', '0', 'value'] });
    expect(await error({ verb: 'ADD_NOTE', value: '{{nobody}}' })).toEqual({ code: 'INVALID', field: ['steps', '0', 'value'] });
    expect(await error(tag, { verb: 'SET_PRIORITY', value: 'P7' })).toEqual({ code: 'INVALID', field: ['steps', '1', 'value'] });
    expect(await error({ verb: 'TRANSFER', value: 'que_00000000000000000000000000' })).toEqual({ code: 'NOT_FOUND', field: ['steps', '0', 'value'] });
    expect(await error({ verb: 'ADD_TAG', value: 'x'.repeat(41) })).toEqual({ code: 'TOO_LONG', field: ['steps', '0', 'value'] });
  });

  it('names agents and queues beside their ids', async () => {
    expect((await save([{ verb: 'ASSIGN', value: desk.colleague.id }, { verb: 'CLOSE' }])).macro.steps).toEqual([
      { verb: 'ASSIGN', value: desk.colleague.id, label: '韩梅' }, { verb: 'CLOSE', value: null, label: null },
    ]);
  });

  it('shares as far as the grant of macro:write reaches, and finds by pinyin and initials', async () => {
    expect((await save([{ verb: 'CLOSE' }], { sharing: 'ALL' })).userErrors).toMatchObject([{ code: 'NOT_ALLOWED' }]);
    const name = '核实后退款';
    await save([{ verb: 'CLOSE' }], { name, sharing: 'ALL' }, desk.office.admin);
    for (const search of ['tk', 'heshi', '退款']) expect((await desk.ask(LIST, { search }, desk.colleague)).macros.nodes.map((one: { name: string }) => one.name)).toContain(name);
    await expect(save([{ verb: 'CLOSE' }], {}, (await desk.office.hire({ role: 'editor' })).identity)).rejects.toThrow('FORBIDDEN');
  });
});
