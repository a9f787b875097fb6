import { agentIdentity, createTestWorld, customerIdentity, type World } from '@careline/kit/testing';
import type { Identity } from '@careline/kit/auth';
import { DAY } from '@careline/kit/time';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createConversations } from '../subgraph.ts';

let world: World;
let admin: Identity;
let channelId: string;
let general: string;
let vip: string;
let newest = 0;

const answer = (document: string, variables: Record<string, unknown>, viewer: Identity | null) => world.execute('conversations', document, variables, viewer, { address: '127.0.0.1' });
const ask = async (document: string, variables: Record<string, unknown> = {}, viewer: Identity | null = admin) => {
  const { data, errors } = await answer(document, variables, viewer);
  if (errors?.length) throw new Error(errors.map((error) => `${String(error.extensions?.code)}: ${error.message}`).join('; '));
  return data as Record<string, any>;
};

const SET_UP = 'mutation ($input: SetUpInput!) { setUp(input: $input) { viewer { agent { id } } userErrors { code } } }';
const QUEUE = 'mutation ($input: SaveQueueInput!) { saveQueue(input: $input) { queue { id } userErrors { code } } }';
const SAVE = `mutation ($input: SaveRoutingRulesInput!) { saveRoutingRules(input: $input) {
  version { id number state activatedAt author { kind agent { id } } defaultQueue { id } rules { name priority shadowedBy queue { id } skills { name level } conditions { field values } } } userErrors { code field } } }`;
const RUN = 'mutation ($id: ID!, $key: String!) { dryRunRoutingRules(input: { versionId: $id, idempotencyKey: $key }) { dryRun { id state } userErrors { code } } }';
const ACTIVATE = 'mutation ($id: ID!, $at: DateTime) { activateRoutingRules(input: { versionId: $id, activateAt: $at }) { version { number state activatedAt } userErrors { code field } } }';
const VERSION = `query ($id: ID) { routingRuleVersion(id: $id) { id number state dryRun { id state percent comparedWith conversationCount changedCount endedAt
  flows { count ruleName from { id } to { id } example { id } } } } }`;
const TEST = 'query ($input: RoutingTestInput!) { routingTest(input: $input) { ruleName priority queue { id } rules { name isMatching conditions } candidates { agent { id } excludedBecause missingSkills { name } } } }';
const CONVERSATION = 'query ($id: ID!) { conversation(id: $id) { priority state queue { id } agent { id } routingDecisions(first: 10) { nodes { outcome ruleName ruleVersion skills { name level } } } } }';

type Rule = { name: string; conditions: { field: string; values: string[] }[]; queueId: string; priority?: string; skills?: { name: string; level: number }[] };
const rule = (changes: Partial<Rule> = {}): Rule => ({ name: '大客户', conditions: [{ field: 'TEXT', values: ['合同'] }], queueId: vip, ...changes });

async function save(rules: Rule[], viewer: Identity = admin) {
  const { saveRoutingRules } = await ask(SAVE, { input: { rules } }, viewer);
  newest = saveRoutingRules.version?.number ?? newest;
  return saveRoutingRules;
}

/** Lets timers and dry runs work. */
async function settle(): Promise<void> {
  world.clock.advance(1_000);
  await world.runJobs();
}

async function ran(id: string) {
  // What began in the very moment of the question is not past.
  world.clock.advance(1);
  await ask(RUN, { id, key: `run-${id}` });
  await settle();
  return (await ask(VERSION, { id })).routingRuleVersion.dryRun;
}

async function inForce(rules: Rule[]): Promise<string> {
  const { version } = await save(rules);
  await ran(version.id);
  expect((await ask(ACTIVATE, { id: version.id })).activateRoutingRules).toMatchObject({ version: { state: 'ACTIVE' }, userErrors: [] });
  return version.id;
}

async function visit(text: string | null, form: Record<string, unknown> = {}): Promise<string> {
  const { startVisit } = await ask('mutation { startVisit(input: { channelKey: "demo" }) { customer { id } } }', {}, null);
  const visitor = customerIdentity({ id: startVisit.customer.id, channelId });
  const firstMessage = text ? { clientMessageId: `m-${visitor.id}`, text } : null;
  const { startConversation } = await ask('mutation ($input: StartConversationInput!) { startConversation(input: $input) { conversation { id } userErrors { code } } }',
    { input: { form, firstMessage, idempotencyKey: `k-${visitor.id}` } }, visitor);
  return startConversation.conversation.id;
}

beforeAll(async () => {
  world = await createTestWorld(createConversations);
  const { setUp } = await ask(SET_UP, { input: { organisationName: '示例', timeZone: 'Asia/Shanghai', displayName: 'Root', email: 'root@example.com', password: 'correct horse battery' } }, null);
  admin = agentIdentity({ id: setUp.viewer.agent.id, role: 'admin' });
  general = (await ask('{ queues(first: 10) { nodes { id key } } }')).queues.nodes.find(({ key }: { key: string }) => key === 'general').id;
  channelId = (await ask('{ channels(first: 1) { nodes { id } } }')).channels.nodes[0].id;
  vip = (await ask(QUEUE, { input: { name: '大客户', key: 'vip', teamIds: [] } })).saveQueue.queue.id;
  newest = 1;
});

afterAll(() => world?.close());

describe('saving routing rules', () => {
  it('keeps a draft that routes nothing, with its author and what is shadowed', async () => {
    const { version } = await save([rule({ priority: 'P0', skills: [{ name: '英语', level: 3 }] }), rule({ name: '永远不会', conditions: [{ field: 'TEXT', values: ['合同'] }, { field: 'LOCALE', values: ['EN'] }] })]);
    expect(version).toMatchObject({ number: newest, state: 'DRAFT', activatedAt: null, author: { kind: 'AGENT', agent: { id: admin.id } }, defaultQueue: { id: general } });
    expect(version.rules).toMatchObject([{ name: '大客户', priority: 'P0', shadowedBy: null, queue: { id: vip }, skills: [{ name: '英语', level: 3 }] }, { name: '永远不会', shadowedBy: '大客户' }]);
    const id = await visit('合同到期了');
    expect((await ask(CONVERSATION, { id })).conversation).toMatchObject({ queue: { id: general }, priority: 'P2' });
  });

  it.each<[string, Partial<Rule>, string, string[]]>([
    ['a rule without a name', { name: ' ' }, 'REQUIRED', ['rules', '0', 'name']],
    ['a name of 61 characters', { name: '长'.repeat(61) }, 'TOO_LONG', ['rules', '0', 'name']],
    ['a queue that does not exist', { queueId: 'que_00000000000000000000000000' }, 'NOT_FOUND', ['rules', '0', 'queueId']],
    ['a condition without values', { conditions: [{ field: 'TEXT', values: [] }] }, 'REQUIRED', ['rules', '0', 'conditions', '0', 'values']],
    ['a channel that is none', { conditions: [{ field: 'CHANNEL', values: ['WEB', 'FAX'] }] }, 'INVALID', ['rules', '0', 'conditions', '0', 'values', '1']],
    ['an answer without its key', { conditions: [{ field: 'FORM', values: ['payment'] }] }, 'INVALID', ['rules', '0', 'conditions', '0', 'values', '0']],
    ['hours that are neither open nor closed', { conditions: [{ field: 'HOURS', values: ['7x24=maybe'] }] }, 'INVALID', ['rules', '0', 'conditions', '0', 'values', '0']],
    ['51 values', { conditions: [{ field: 'TEXT', values: Array.from({ length: 51 }, (_, at) => `w${at}`) }] }, 'TOO_MANY', ['rules', '0', 'conditions', '0', 'values']],
  ])('refuses %s', async (_name, changes, code, field) => {
    expect(await save([rule(changes)])).toEqual({ version: null, userErrors: [{ code, field }] });
  });

  it('refuses two rules of one name, and what somebody else has saved meanwhile', async () => {
    expect((await save([rule(), rule()])).userErrors).toEqual([{ code: 'ALREADY_EXISTS', field: ['rules', '1', 'name'] }]);
    const stale = await ask(SAVE, { input: { rules: [rule()], expectedVersion: newest - 1 } });
    expect(stale.saveRoutingRules.userErrors).toEqual([{ code: 'STALE_VERSION', field: ['expectedVersion'] }]);
  });

  it('gives every one of two savers a number of its own', async () => {
    const both = await Promise.all([save([rule()]), save([rule()])]);
    expect(new Set(both.map(({ version }) => version.number)).size).toBe(2);
    newest = Math.max(...both.map(({ version }) => version.number));
  });
});

describe('a dry run', () => {
  let drafted: { id: string; number: number };
  beforeEach(async () => {
    await inForce([rule({ name: '合同' })]);
    drafted = (await save([rule({ name: '合同和退货', conditions: [{ field: 'TEXT', values: ['合同', '退货'] }] })])).version;
  });

  it('counts who would have gone to another queue, by rule and queue, with an example', async () => {
    await visit('我的合同呢');
    const moved = await visit('我要退货');
    const run = await ran(drafted.id);
    expect(run).toMatchObject({ state: 'DONE', percent: 100, flows: [{ ruleName: '合同和退货', from: { id: general }, to: { id: vip }, example: { id: moved } }] });
    expect(run.changedCount).toBe(run.flows[0].count);
    expect(run.conversationCount).toBeGreaterThan(run.changedCount);
    expect((await ask(CONVERSATION, { id: moved })).conversation.queue.id).toBe(general);
  });

  it('leaves out what began more than 30 days ago', async () => {
    world.clock.advance(31 * DAY);
    const run = await ran(drafted.id);
    expect(run).toMatchObject({ state: 'DONE', conversationCount: 0, changedCount: 0, flows: [] });
  });

  it('reads answers of the form back from the conversation', async () => {
    const paid = await visit(null, { topic: 'payment' });
    const { version } = await save([rule({ name: '付款', conditions: [{ field: 'FORM', values: ['topic=payment'] }] })]);
    expect((await ran(version.id)).flows).toMatchObject([{ ruleName: '付款', to: { id: vip }, example: { id: paid } }]);
  });

  it('is begun once, however often it is asked for with one key', async () => {
    const first = (await ask(RUN, { id: drafted.id, key: 'same' })).dryRunRoutingRules.dryRun.id;
    expect((await ask(RUN, { id: drafted.id, key: 'same' })).dryRunRoutingRules.dryRun.id).toBe(first);
    await settle();
  });
});

describe('activating routing rules', () => {
  it('needs a finished dry run, and none for a version that was in force before', async () => {
    const before = (await ask(VERSION)).routingRuleVersion.id;
    const { version } = await save([rule({ name: '新规则' })]);
    expect((await ask(ACTIVATE, { id: version.id })).activateRoutingRules).toEqual({ version: null, userErrors: [{ code: 'DRY_RUN_REQUIRED', field: ['versionId'] }] });
    await ran(version.id);
    expect((await ask(ACTIVATE, { id: version.id })).activateRoutingRules.version).toMatchObject({ number: version.number, state: 'ACTIVE' });
    const routed = (await ask(CONVERSATION, { id: await visit('合同') })).conversation;
    expect(routed.queue.id).toBe(vip);
    expect(routed.routingDecisions.nodes.at(-1)).toMatchObject({ outcome: 'QUEUED', ruleName: '新规则', ruleVersion: version.number });
    expect((await ask(ACTIVATE, { id: before })).activateRoutingRules.version.state).toBe('ACTIVE');
    expect((await ask(VERSION, { id: version.id })).routingRuleVersion.state).toBe('RETIRED');
  });

  it('waits for a planned moment, and then happens once', async () => {
    const { version } = await save([rule({ name: '明天' })]);
    await ran(version.id);
    const at = new Date(world.clock.now() + DAY).toISOString();
    expect((await ask(ACTIVATE, { id: version.id, at })).activateRoutingRules.version).toEqual({ number: version.number, state: 'SCHEDULED', activatedAt: at });
    await settle();
    expect((await ask(VERSION)).routingRuleVersion.number).not.toBe(version.number);
    world.clock.advance(DAY);
    await settle();
    expect((await ask(VERSION)).routingRuleVersion).toMatchObject({ number: version.number, state: 'ACTIVE' });
  });

  it('lets exactly one version be in force after two were activated at once', async () => {
    const ids = [(await save([rule()])).version.id, (await save([rule()])).version.id];
    for (const id of ids) await ran(id);
    await Promise.all(ids.map((id) => ask(ACTIVATE, { id })));
    const { nodes } = (await ask('{ routingRuleVersions(first: 100) { nodes { id state } } }')).routingRuleVersions;
    expect(nodes.filter(({ state }: { state: string }) => state === 'ACTIVE')).toHaveLength(1);
  });

  it('sets priority and asks for the skills of the rule, which the decision says', async () => {
    await inForce([rule({ name: '要英语', queueId: general, priority: 'P0', skills: [{ name: '英语', level: 3 }] })]);
    await ask('mutation { setPresence(input: { presence: ONLINE }) { userErrors { code } } }');
    const needy = await visit('英文合同');
    const plain = await visit('你好');
    await settle();
    const waits = (await ask(CONVERSATION, { id: needy })).conversation;
    expect(waits).toMatchObject({ priority: 'P0', state: 'QUEUED', agent: null });
    expect(waits.routingDecisions.nodes[0]).toMatchObject({ outcome: 'WAITING', skills: [{ name: '英语', level: 3 }] });
    expect((await ask(CONVERSATION, { id: plain })).conversation.agent.id).toBe(admin.id);
  });
});

describe('routingTest', () => {
  it('says of each rule which conditions hold, and who would get it now, and changes nothing', async () => {
    const id = await visit('合同要改');
    const rules = [rule({ name: '英文合同', conditions: [{ field: 'TEXT', values: ['合同'] }, { field: 'LOCALE', values: ['EN'] }] }), rule({ name: '任何合同', queueId: general, skills: [{ name: '英语', level: 2 }] })];
    await settle();
    const before = (await ask(CONVERSATION, { id })).conversation;
    const { routingTest } = await ask(TEST, { input: { conversationId: id, rules } });
    expect(routingTest).toMatchObject({ ruleName: '任何合同', queue: { id: general }, rules: [{ name: '英文合同', isMatching: false, conditions: [true, false] }, { name: '任何合同', isMatching: true, conditions: [true] }] });
    expect(routingTest.candidates).toMatchObject([{ agent: { id: admin.id }, excludedBecause: 'MISSING_SKILL', missingSkills: [{ name: '英语' }] }]);
    expect((await ask(CONVERSATION, { id })).conversation).toEqual(before);
  });

  it('passes over a rule whose queue is not chosen yet, and says what is wrong with another', async () => {
    const id = await visit('合同');
    expect((await ask(TEST, { input: { conversationId: id, rules: [rule({ queueId: '' }), rule({ name: '其次' })] } })).routingTest).toMatchObject({ ruleName: '其次', rules: [{ isMatching: false, conditions: [true] }, { isMatching: true }] });
    const { errors } = await answer(TEST, { input: { conversationId: id, rules: [rule({ name: '' })] } }, admin);
    expect(errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
  });

  it('runs a stored version, and the one in force when nothing is said', async () => {
    const id = await visit('合同');
    const stored = (await save([rule({ name: '存着的' })])).version.id;
    expect((await ask(TEST, { input: { conversationId: id, versionId: stored } })).routingTest.ruleName).toBe('存着的');
    expect((await ask(TEST, { input: { conversationId: id } })).routingTest.ruleName).not.toBe('存着的');
  });
});

describe('who may do what with routing rules', () => {
  it('refuses an agent, who reads no versions either', async () => {
    const agent = agentIdentity();
    for (const [document, variables] of [[SAVE, { input: { rules: [] } }], [RUN, { id: 'rrv_x', key: 'k' }], [ACTIVATE, { id: 'rrv_x' }], [TEST, { input: { conversationId: 'cnv_x' } }]] as const) {
      expect((await answer(document, variables, agent)).errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
    }
    expect((await ask('{ routingRuleVersions(first: 1) { nodes { id } } }', {}, agent)).routingRuleVersions.nodes).toEqual([]);
    expect((await ask(VERSION, {}, agent)).routingRuleVersion).toBeNull();
    expect((await answer(VERSION, {}, customerIdentity())).errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });

  it('leaves an audit entry for each of them', async () => {
    const database = await world.database('conversations');
    const count = async () => Number((await database.query<{ n: number }>("SELECT COUNT(*) AS n FROM outbox WHERE envelope LIKE '%routing:write%'"))[0]!.n);
    const before = await count();
    const { version } = await save([rule()]);
    await ask(RUN, { id: version.id, key: 'audit' });
    expect(await count()).toBe(before + 2);
    await settle();
  });
});
