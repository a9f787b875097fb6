import { randomUUID } from 'node:crypto';
import type { Identity } from '@careline/kit/auth';
import { idToBinary } from '@careline/kit/db';
import type { SubgraphName } from '@careline/schema';
import { agentIdentity, createTestWorld, customerIdentity, type World } from '@careline/kit/testing';
import { MINUTE, SECOND } from '@careline/kit/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from './everything.ts';

const SET_UP = 'mutation ($input: SetUpInput!) { setUp(input: $input) { userErrors { code } } }';
const VISIT = 'mutation ($input: StartVisitInput!) { startVisit(input: $input) { customer { id } } }';
const START = 'mutation ($input: StartConversationInput!) { startConversation(input: $input) { conversation { id } userErrors { code } } }';
const SEND = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { seq } userErrors { code message } } }';
const CLOSE = 'mutation ($input: CloseConversationInput!) { closeConversation(input: $input) { userErrors { code } } }';
const REOPEN = 'mutation ($input: ReopenConversationInput!) { reopenConversation(input: $input) { userErrors { code } } }';
const UPDATE = 'mutation ($input: UpdateConversationInput!) { updateConversation(input: $input) { conversation { version } userErrors { code } } }';
const SAVE = 'mutation ($input: SaveSlaPolicyInput!) { saveSlaPolicy(input: $input) { document { id } version { id yaml problems { message path } policies { subject priority conditions } } userErrors { code } } }';
const DRY_RUN = 'mutation ($input: DryRunSlaPolicyInput!) { dryRunSlaPolicy(input: $input) { userErrors { code } } }';
const ACTIVATE = 'mutation ($input: ActivateSlaPolicyInput!) { activateSlaPolicy(input: $input) { userErrors { code message } } }';
const CLOCKS = '($r: [_Any!]!) { _entities(representations: $r) { ... on Conversation { clocks { id target state budgetSeconds usedSeconds dueAt breachedAt endedAt isAtRisk policyName ticket { id } conversation { id } } } } }';
const DUE = 'query ($id: ID!) { conversation(id: $id) { lastSeq version due { target dueAt state isAtRisk } } }';
const BOARD = '{ slaBoard { rows { priority runningCount breachedCount } nextDue { id conversation { id } ticket { id } } histogram { count } } }';

const POLICY = `for: conversation
priority: P2
first_response: 10m
next_response: 20m
resolution_time: 2h
warnings:
  - before: 4m
escalation_rules:
  - after: 5m
    target: supervisor_group
---
for: conversation
priority: P0
first_response: 2m
`;

let world: World;
const admin = agentIdentity({ role: 'admin' });
const hexOf = (id: string) => idToBinary(id).toString('hex');
const instant = (ms: number) => new Date(ms).toISOString();

async function ask(subgraph: SubgraphName, document: string, variables: object = {}, viewer: Identity | null = admin): Promise<Record<string, any>> {
  const { data, errors } = await world.execute(subgraph, document, variables as Record<string, unknown>, viewer, { address: '127.0.0.1' });
  expect(errors).toBeUndefined();
  return data;
}

async function tell(subgraph: SubgraphName, document: string, input: object, viewer: Identity | null = admin): Promise<any> {
  const [payload] = Object.values(await ask(subgraph, document, { input }, viewer));
  expect(payload.userErrors ?? []).toEqual([]);
  return payload;
}

async function activate(yaml: string, documentId?: string, scope = 'NEW_ONLY'): Promise<string> {
  const { version, document } = await tell('tickets', SAVE, { ...(documentId ? { documentId } : { name: '会话' }), content: { yaml } });
  expect(version.problems).toEqual([]);
  await tell('tickets', DRY_RUN, { versionId: version.id, idempotencyKey: randomUUID() });
  await after(SECOND);
  await tell('tickets', ACTIVATE, { versionId: version.id, scope, idempotencyKey: randomUUID() });
  await after(SECOND);
  return document.id;
}

/** What was said and done reaches everybody, then time passes and everything due happens. */
async function after(ms: number): Promise<void> {
  await world.drainEvents();
  world.clock.advance(ms);
  await world.runJobs();
  await world.drainEvents();
}

async function visit(): Promise<Identity> {
  const { channels } = await ask('conversations', '{ channels(first: 1) { nodes { id } } }');
  const { startVisit } = await ask('conversations', VISIT, { input: { channelKey: 'demo' } }, null);
  return customerIdentity({ id: startVisit.customer.id, channelId: channels.nodes[0].id });
}

interface Chat {
  id: string;
  visitor: Identity;
}

async function chat(): Promise<Chat> {
  const visitor = await visit();
  const { conversation } = await tell('conversations', START, { idempotencyKey: randomUUID() }, visitor);
  return { visitor, id: conversation.id };
}

const lastSeqOf = async ({ id }: Chat): Promise<number> => (await ask('conversations', DUE, { id })).conversation.lastSeq;
const write = (one: Chat, text: string) => tell('conversations', SEND, { conversationId: one.id, clientMessageId: randomUUID(), text }, one.visitor);
const answer = async (one: Chat, text = '您好') => tell('conversations', SEND, { conversationId: one.id, clientMessageId: randomUUID(), text, lastSeenSeq: await lastSeqOf(one) });
const close = async (one: Chat) => tell('conversations', CLOSE, { conversationId: one.id, lastSeenSeq: await lastSeqOf(one) });
const dueOf = async ({ id }: Chat) => (await ask('conversations', DUE, { id })).conversation.due;

async function clocksOf({ id }: Chat, viewer: Identity = admin): Promise<any[]> {
  return (await ask('tickets', `query ${CLOCKS}`, { r: [{ __typename: 'Conversation', id }] }, viewer))._entities[0].clocks;
}
const clockOf = async (one: Chat, target: string) => (await clocksOf(one)).filter((clock) => clock.target === target);

beforeAll(async () => {
  world = await createTestWorld(EVERYTHING);
  const input = { organisationName: '示例', timeZone: 'Asia/Shanghai', displayName: 'Root', email: 'root@example.com', password: 'correct horse battery' };
  await ask('conversations', SET_UP, { input }, null);
});
afterAll(() => world?.close());

describe('a conversation', () => {
  it('has no clocks while no policy is for conversations', async () => {
    const one = await chat();
    await write(one, '在吗');
    await after(SECOND);
    expect([await clocksOf(one), await dueOf(one)]).toEqual([[], null]);
  });

  it('gets them from its customer’s first word, and they run out to the second, once', async () => {
    await activate(POLICY);
    const one = await chat();
    await after(MINUTE);
    expect(await clocksOf(one)).toEqual([]);
    await write(one, '在吗');
    const began = world.clock.now();
    await after(SECOND);
    expect(await dueOf(one)).toEqual({ target: 'FIRST_RESPONSE', dueAt: instant(began + 10 * MINUTE), state: 'RUNNING', isAtRisk: false });
    expect(await clocksOf(one)).toMatchObject([
      { target: 'FIRST_RESPONSE', state: 'RUNNING', budgetSeconds: 600, ticket: null, conversation: { id: one.id } }, { target: 'RESOLUTION', state: 'RUNNING', budgetSeconds: 7_200 },
    ]);
    await after(8 * MINUTE);
    expect(await dueOf(one)).toMatchObject({ state: 'RUNNING', isAtRisk: true });
    await after(2 * MINUTE - SECOND);
    expect((await clockOf(one, 'FIRST_RESPONSE'))[0].state).toBe('RUNNING');
    await after(SECOND);
    expect((await clockOf(one, 'FIRST_RESPONSE'))[0]).toMatchObject({ state: 'BREACHED', breachedAt: instant(began + 10 * MINUTE), endedAt: null, isAtRisk: true });
    expect(await dueOf(one)).toMatchObject({ target: 'FIRST_RESPONSE', state: 'BREACHED', isAtRisk: true });
  });

  it('is answered by a person alone: the word that comes in time ends the clock, and each later question has its own', async () => {
    const one = await chat();
    await write(one, '在吗');
    await after(3 * MINUTE);
    await answer(one);
    await after(30 * MINUTE);
    expect((await clockOf(one, 'FIRST_RESPONSE'))[0]).toMatchObject({ state: 'MET', usedSeconds: 180, breachedAt: null });
    await write(one, '还有一个问题');
    const asked = world.clock.now();
    await after(MINUTE);
    await write(one, '有人吗');
    await after(SECOND);
    expect(await dueOf(one)).toMatchObject({ target: 'NEXT_RESPONSE', dueAt: instant(asked + 20 * MINUTE) });
    await answer(one);
    await after(SECOND);
    expect(await dueOf(one)).toMatchObject({ target: 'RESOLUTION', state: 'RUNNING' });
    await write(one, '第三个问题');
    await after(SECOND);
    expect((await clockOf(one, 'NEXT_RESPONSE')).map(({ state }) => state).sort()).toEqual(['MET', 'RUNNING']);
  });

  it('ends every clock with closing, and goes on with its resolution when it is opened again', async () => {
    const one = await chat();
    await write(one, '在吗');
    await after(5 * MINUTE);
    await close(one);
    await after(30 * MINUTE);
    expect(await clocksOf(one)).toMatchObject([{ target: 'FIRST_RESPONSE', state: 'MET' }, { target: 'RESOLUTION', state: 'MET', usedSeconds: 300 }]);
    expect(await dueOf(one)).toBeNull();
    await tell('conversations', REOPEN, { conversationId: one.id });
    await after(MINUTE);
    expect((await clockOf(one, 'RESOLUTION'))[0]).toMatchObject({ state: 'RUNNING', usedSeconds: 360, endedAt: null });
    expect(await dueOf(one)).toMatchObject({ target: 'RESOLUTION', state: 'RUNNING' });
  });

  it('warns its owner before the deadline, and calls a team after it: each once, whoever looks how often', async () => {
    const one = await chat();
    await write(one, '在吗');
    await after(6 * MINUTE);
    await after(10 * MINUTE);
    await Promise.all([world.runJobs(), world.runJobs()]);
    await after(10 * MINUTE);
    const db = await world.database('tickets');
    const steps = await db.query("SELECT s.kind, s.state, COUNT(*) AS count FROM sla_steps s JOIN sla_clocks c ON c.id = s.clock_id WHERE c.conversation_id = UNHEX(?) AND c.target = 'FIRST_RESPONSE' GROUP BY 1, 2 ORDER BY 1", [hexOf(one.id)]);
    expect(steps).toEqual([{ kind: 'BREACH', state: 'DONE', count: 1 }, { kind: 'ESCALATE', state: 'DONE', count: 1 }, { kind: 'WARN', state: 'DONE', count: 1 }]);
    const notices = await (await world.database('conversations')).query('SELECT notice, COUNT(*) AS count FROM inbox_events WHERE conversation_id = UNHEX(?) AND notice IN (\'SLA_WARNING\', \'ESCALATED\') GROUP BY 1 ORDER BY 1', [hexOf(one.id)]);
    expect(notices).toEqual([{ notice: 'ESCALATED', count: 1 }, { notice: 'SLA_WARNING', count: 2 }]);
    const { slaBoard } = await ask('tickets', BOARD);
    expect(slaBoard.nextDue).toContainEqual({ id: expect.any(String), conversation: { id: one.id }, ticket: null });
    expect(slaBoard.rows.every((row: { runningCount: number; breachedCount: number }) => row.runningCount + row.breachedCount === 0)).toBe(true);
  });

  it('that becomes more urgent is promised what its priority promises, from its own start', async () => {
    const one = await chat();
    await write(one, '在吗');
    const began = world.clock.now();
    await after(MINUTE);
    await tell('conversations', UPDATE, { conversationId: one.id, priority: 'P0' });
    await after(0);
    expect(await dueOf(one)).toMatchObject({ target: 'FIRST_RESPONSE', dueAt: instant(began + 2 * MINUTE) });
    expect((await clocksOf(one)).map(({ target }) => target)).toEqual(['FIRST_RESPONSE']);
  });

  it('whose answer was on its way when its time ran out is not called late', async () => {
    const one = await chat();
    await write(one, '在吗');
    await world.drainEvents();
    world.clock.advance(10 * MINUTE);
    await answer(one);
    // The sweep looks before the answer has been heard of.
    world.clock.advance(SECOND);
    await world.runJobs();
    expect((await clockOf(one, 'FIRST_RESPONSE'))[0]).toMatchObject({ breachedAt: null });
    await after(MINUTE);
    expect((await clockOf(one, 'FIRST_RESPONSE'))[0]).toMatchObject({ state: 'MET', usedSeconds: 600 });
    // The next answer is waited for anew, as long as the first.
    await world.runJobs();
    await write(one, '还有一个问题');
    await world.drainEvents();
    world.clock.advance(20 * MINUTE);
    await answer(one);
    world.clock.advance(SECOND);
    await world.runJobs();
    expect((await clockOf(one, 'NEXT_RESPONSE'))[0]).toMatchObject({ breachedAt: null });
  });

  it('whose answer is heard of too late all the same is set right', async () => {
    const one = await chat();
    await write(one, '在吗');
    await world.drainEvents();
    world.clock.advance(10 * MINUTE);
    await answer(one);
    world.clock.advance(SECOND);
    await world.runJobs();
    world.clock.advance(MINUTE);
    await world.runJobs();
    expect((await clockOf(one, 'FIRST_RESPONSE'))[0]).toMatchObject({ state: 'BREACHED' });
    await after(MINUTE);
    expect((await clockOf(one, 'FIRST_RESPONSE'))[0]).toMatchObject({ state: 'MET', usedSeconds: 600, breachedAt: null });
    expect(await dueOf(one)).toMatchObject({ target: 'RESOLUTION' });
  });

  it('shows its clocks to those alone who may inspect it', async () => {
    const one = await chat();
    await write(one, '在吗');
    await after(SECOND);
    expect(await clocksOf(one, one.visitor)).toBeNull();
    expect(await clocksOf(one, agentIdentity({ role: 'agent' }))).toBeNull();
    const { data } = await world.execute('conversations', DUE, { id: one.id }, one.visitor);
    expect(data?.conversation.due).toBeNull();
  });

  it('stands in lists by what runs out next: missed first, without a clock last', async () => {
    const late = await chat();
    await write(late, '在吗');
    await after(11 * MINUTE);
    const soon = await chat();
    await write(soon, '在吗');
    await after(SECOND);
    const none = await chat();
    const list = async (direction: string, more: object = {}) => (await ask('conversations',
      'query ($filter: ConversationFilter, $orderBy: ConversationOrder, $first: Int, $after: String) { conversations(filter: $filter, orderBy: $orderBy, first: $first, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } }',
      { filter: { states: ['QUEUED'] }, orderBy: { field: 'DUE', direction }, first: 100, ...more })).conversations;
    const placed = (ids: string[]) => [late, soon, none].map(({ id }) => ids.indexOf(id));
    const idsOf = (page: { nodes: { id: string }[] }) => page.nodes.map(({ id }) => id);
    const [first, second, third] = placed(idsOf(await list('ASC')));
    expect(first! >= 0 && first! < second! && second! < third!).toBe(true);
    const paged: string[] = [];
    for (let after: string | null = null, isMore = true; isMore;) {
      const page: any = await list('ASC', { first: 2, after });
      paged.push(...idsOf(page));
      ({ endCursor: after, hasNextPage: isMore } = page.pageInfo);
    }
    expect(paged).toEqual(idsOf(await list('ASC')));
    expect(idsOf(await list('DESC'))).toEqual(paged.toReversed());
  });
});

describe('a policy for conversations', () => {
  it('is the same as YAML and as form, and names what conversations do not know', async () => {
    const form = { subject: 'CONVERSATION', priority: 'P1', firstResponse: '5m', conditions: { channels: ['WEB'] } };
    const check = async (input: object) => (await ask('tickets', 'query ($input: SlaPolicyDocumentInput!) { slaPolicyCheck(input: $input) { yaml isValid problems { path message } policies { subject conditions } } }', { input })).slaPolicyCheck;
    const yaml = 'for: conversation\npriority: P1\nconditions:\n  channels:\n    - WEB\nfirst_response: 5m\n';
    expect(await check({ policies: [form] })).toEqual({ yaml, isValid: true, problems: [], policies: [{ subject: 'CONVERSATION', conditions: { channels: ['WEB'] } }] });
    expect((await check({ yaml })).isValid).toBe(true);
    expect((await check({ yaml: `${yaml}pause_states: [PENDING]\n` })).problems).toMatchObject([{ path: ['0', 'pause_states'] }]);
    expect((await check({ yaml: yaml.replace('channels', 'categories').replace('WEB', 'PAYMENT') })).problems).toMatchObject([{ path: ['0', 'conditions', 'categories'] }]);
    expect((await check({ yaml: yaml.replace('for: conversation\n', '') })).problems).toMatchObject([{ path: ['0', 'conditions', 'channels'] }]);
  });

  it('counts open conversations anew when it comes into force for them', async () => {
    const one = await chat();
    await write(one, '在吗');
    const began = world.clock.now();
    await after(SECOND);
    const { slaPolicyDocuments } = await ask('tickets', '{ slaPolicyDocuments(first: 10) { nodes { id name } } }');
    await activate(POLICY.replace('first_response: 10m', 'first_response: 7m'), slaPolicyDocuments.nodes.find(({ name }: { name: string }) => name === '会话').id, 'RETARGET_OPEN');
    await after(SECOND);
    expect(await dueOf(one)).toMatchObject({ target: 'FIRST_RESPONSE', dueAt: instant(began + 7 * MINUTE) });
  });
});
