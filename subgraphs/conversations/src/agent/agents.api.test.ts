import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOffice, type Office } from '../world.fixtures.ts';

const UPDATE = `mutation($input: UpdateAgentInput!) { updateAgent(input: $input) { agent { id displayName publicName capacity version skills { name level } teams { id } } userErrors { code field } } }`;
const AGENTS = `query($filter: AgentFilter, $first: Int, $after: String, $last: Int, $before: String) {
  agents(filter: $filter, first: $first, after: $after, last: $last, before: $before) { nodes { id displayName signInName } totalCount pageInfo { hasNextPage hasPreviousPage endCursor startCursor } } }`;

let office: Office;
beforeAll(async () => { office = await openOffice(); });
afterAll(() => office.world.close());

const update = (input: object, viewer = office.admin) => office.run(UPDATE, { input }, viewer);
const list = async (variables: object, viewer = office.admin) => (await office.run(AGENTS, { first: 50, ...variables }, viewer)).data.agents;

describe('creating an agent', () => {
  const CREATE = `mutation($input: CreateAgentInput!) { createAgent(input: $input) { agent { id } invitationUrl userErrors { code field } } }`;
  const create = async (input: object, viewer = office.admin) =>
    office.run(CREATE, { input: { displayName: '新人', email: `${randomUUID()}@example.com`, roleIds: [], teamIds: [], idempotencyKey: randomUUID(), ...input } }, viewer);

  it('happens once for one key and gives the same link again', async () => {
    const input = { email: `${randomUUID()}@example.com`, idempotencyKey: randomUUID() };
    const [first, second] = [(await create(input)).data.createAgent, (await create(input)).data.createAgent];
    expect(second).toEqual(first);
    expect(first.invitationUrl).toMatch(/^http:\/\/careline\.test\/set-password#token=[\w-]{43}$/);
    expect(await office.auditOf(first.agent.id)).toHaveLength(1);
  });

  it('refuses an address that is taken, unknown teams and callers without agent:write for all', async () => {
    const email = `${randomUUID()}@example.com`;
    await create({ email });
    expect((await create({ email: email.toUpperCase() })).data.createAgent.userErrors).toEqual([{ code: 'ALREADY_EXISTS', field: ['email'] }]);
    expect((await create({ teamIds: ['tem_00000000000000000000000001'] })).data.createAgent.userErrors[0].code).toBe('NOT_FOUND');
    expect((await create({}, (await office.hire({ role: 'supervisor' })).identity)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

describe('changing an agent', () => {
  it('keeps what is left out, counts versions and refuses a stale one', async () => {
    const agent = await office.hire({ name: '张伟' });
    const changed = (await update({ agentId: agent.id, publicName: '小张', capacity: 8, skills: [{ name: '支付', level: 5 }, { name: '支付', level: 3 }] })).data.updateAgent;
    expect(changed.agent).toMatchObject({ displayName: '张伟', publicName: '小张', capacity: 8, skills: [{ name: '支付', level: 3 }] });
    const stale = await update({ agentId: agent.id, capacity: 3, expectedVersion: changed.agent.version - 1 });
    expect(stale.data.updateAgent).toMatchObject({ userErrors: [{ code: 'STALE_VERSION' }], agent: { capacity: 8 } });
    expect((await update({ agentId: agent.id, capacity: 101 })).data.updateAgent.userErrors[0].code).toBe('OUT_OF_RANGE');
  });

  it('lets a supervisor reach members of own teams only, and move them only between those', async () => {
    const [mine, other] = [await office.makeTeam(), await office.makeTeam()];
    const supervisor = await office.hire({ role: 'supervisor', teamIds: [mine] });
    const [member, outsider] = [await office.hire({ teamIds: [mine] }), await office.hire({ teamIds: [other] })];
    expect((await update({ agentId: member.id, capacity: 3 }, supervisor.identity)).data.updateAgent.agent.capacity).toBe(3);
    expect((await update({ agentId: outsider.id, capacity: 3 }, supervisor.identity)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await update({ agentId: member.id, teamIds: [mine, other] }, supervisor.identity)).data.updateAgent.userErrors[0].code).toBe('NOT_ALLOWED');
    expect((await update({ agentId: member.id, teamIds: [] }, supervisor.identity)).data.updateAgent.agent.teams).toEqual([]);
  });

  it('refuses agents and leaves an audit entry of what changed', async () => {
    const [agent, target] = [await office.hire(), await office.hire()];
    expect((await update({ agentId: target.id, capacity: 1 }, agent.identity)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    await update({ agentId: target.id, capacity: 1 });
    expect((await office.auditOf(target.id)).at(-1)).toMatchObject({ verb: 'agent:write', actorId: office.admin.id, details: { before: { capacity: 5 }, after: { capacity: 1 } } });
  });
});

describe('finding agents', () => {
  it('goes by Chinese, pinyin and initials', async () => {
    const { id } = await office.hire({ name: '单晓燕' });
    for (const nameStartsWith of ['单晓', 'shanxiao', 'sxy', 'SXY']) expect((await list({ filter: { nameStartsWith } })).nodes.map((one: { id: string }) => one.id)).toEqual([id]);
    expect((await list({ filter: { nameStartsWith: 'xiaoyan%' } })).nodes).toEqual([]);
  });

  it('pages both ways through one team without gaps or doubles', async () => {
    const team = await office.makeTeam();
    for (const name of ['Ann', 'Bea', 'Cyd', 'Bea']) await office.hire({ name, teamIds: [team] });
    const names = (page: { nodes: { displayName: string }[] }) => page.nodes.map((one) => one.displayName);
    const filter = { teamIds: [team] };
    const first = await list({ filter, first: 3 });
    const rest = await list({ filter, first: 3, after: first.pageInfo.endCursor });
    expect([names(first), first.pageInfo.hasNextPage, names(rest), rest.pageInfo.hasNextPage, first.totalCount]).toEqual([['Ann', 'Bea', 'Bea'], true, ['Cyd'], false, 4]);
    const back = await list({ filter, first: null, last: 2, before: rest.pageInfo.startCursor });
    expect([names(back), back.pageInfo.hasPreviousPage]).toEqual([['Bea', 'Bea'], true]);
  });

  it('shows the sign-in name only to who manages agents', async () => {
    const agent = await office.hire({ name: 'Zoe Sign' });
    const filter = { nameStartsWith: 'zoe' };
    expect((await list({ filter })).nodes[0].signInName).toBe(agent.email);
    expect((await list({ filter }, agent.identity)).nodes[0].signInName).toBeNull();
  });

  it('hides staff from customers', async () => {
    const visitor = await office.visit();
    expect((await office.run(AGENTS, { first: 5 }, visitor.identity)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await office.run('query($id: ID!) { node(id: $id) { id } }', { id: office.admin.id }, visitor.identity)).data.node).toBeNull();
    const entity = await office.run('query($r: [_Any!]!) { _entities(representations: $r) { ... on Agent { displayName } } }', { r: [{ __typename: 'Agent', id: office.admin.id }] }, visitor.identity);
    expect(entity.data._entities).toEqual([null]);
  });
});

describe('teams and settings', () => {
  it('keep a team key for ever and refuse a second one', async () => {
    const SAVE = 'mutation($input: SaveTeamInput!) { saveTeam(input: $input) { team { id key name capacity } userErrors { code } } }';
    const save = async (input: object) => (await office.run(SAVE, { input }, office.admin)).data.saveTeam;
    const { team } = await save({ name: '售后', key: 'after_sales', capacity: 20 });
    expect((await save({ teamId: team.id, name: '售后组' })).team).toMatchObject({ key: 'after_sales', name: '售后组', capacity: null });
    expect((await save({ name: '又一个', key: 'after_sales' })).userErrors[0].code).toBe('ALREADY_EXISTS');
    expect((await save({ teamId: team.id, name: '售后组', key: 'other' })).userErrors[0].code).toBe('WRONG_STATE');
    expect((await save({ name: '无标识' })).userErrors[0].code).toBe('REQUIRED');
    for (let time = 0; time < 2; time += 1) expect(await save({ name: '试一试', key: 'only_tried', isTrial: true })).toEqual({ team: null, userErrors: [] });
    expect((await save({ name: '试一试', key: 'after_sales', isTrial: true })).userErrors[0].code).toBe('ALREADY_EXISTS');
    const { team: kept } = await save({ name: '试过', key: 'only_tried' });
    expect(await office.auditOf(kept.id)).toHaveLength(1);
  });

  it('lists the members and who of them is online', async () => {
    const team = await office.makeTeam();
    const agent = await office.hire({ teamIds: [team] });
    await office.run('mutation { setPresence(input: { presence: ONLINE }) { userErrors { code } } }', {}, agent.identity);
    const { data } = await office.run('query($id: ID!) { team(id: $id) { onlineCount members(first: 5) { nodes { id presence } } } }', { id: team }, agent.identity);
    expect(data.team).toEqual({ onlineCount: 1, members: { nodes: [{ id: agent.id, presence: 'ONLINE' }] } });
  });

  it('keeps settings per agent, with defaults for the rest', async () => {
    const agent = await office.hire();
    const SAVE = 'mutation($input: SaveSettingsInput!) { saveSettings(input: $input) { settings { theme locale quietFrom keymap } userErrors { code field } } }';
    const save = async (input: object) => (await office.run(SAVE, { input }, agent.identity)).data.saveSettings;
    expect((await save({ theme: 'DARK', quietFrom: '22:00', keymap: { send: 'mod+enter' } })).settings).toEqual({ theme: 'DARK', locale: 'ZH_CN', quietFrom: '22:00', keymap: { send: 'mod+enter' } });
    expect((await save({ quietFrom: '' })).settings).toMatchObject({ theme: 'DARK', quietFrom: null });
    for (const undoSendSeconds of [-1, 31]) expect((await save({ undoSendSeconds })).userErrors).toEqual([{ code: 'OUT_OF_RANGE', field: ['undoSendSeconds'] }]);
    expect((await save({ undoSendSeconds: 30 })).userErrors).toEqual([]);
    expect((await save({ quietTo: '25:00' })).userErrors).toEqual([{ code: 'INVALID', field: ['quietTo'] }]);
    expect((await office.run(SAVE, { input: {} }, (await office.visit()).identity)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});
