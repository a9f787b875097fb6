import { agentIdentity, createTestWorld, customerIdentity, type World } from '@careline/kit/testing';
import type { Identity } from '@careline/kit/auth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConversations } from '../subgraph.ts';

let world: World;
let admin: Identity;
let channelId: string;
let teamId: string;

const ask = async (document: string, variables: Record<string, unknown>, viewer: Identity | null) => {
  const { data, errors } = await world.execute('conversations', document, variables, viewer, { address: '127.0.0.1' });
  if (errors?.length) throw new Error(errors.map((error) => `${String(error.extensions?.code)}: ${error.message}`).join('; '));
  return data as Record<string, any>;
};
const codeOf = async (document: string, variables: Record<string, unknown>, viewer: Identity | null) =>
  (await world.execute('conversations', document, variables, viewer)).errors?.[0]?.extensions?.code;

const SET_UP = `mutation ($input: SetUpInput!) { setUp(input: $input) { viewer { agent { id teams { id } } } userErrors { code field } } }`;
const PRESENCE = `mutation ($presence: Presence!) { setPresence(input: { presence: $presence }) { userErrors { code } } }`;
const START = `mutation ($input: StartConversationInput!) { startConversation(input: $input) {
  conversation { id state channel { id kind key isEnabled } queue { id } queueEntry { id ahead waitP50Seconds since } } userErrors { code field } } }`;
const SAVE = `mutation ($input: SaveQueueInput!) { saveQueue(input: $input) { queue { id key name strategy acceptSeconds version teams { id } overflowQueue { id } } userErrors { code field } } }`;
const ROUTE = `mutation ($input: RouteConversationInput!) { routeConversation(input: $input) {
  conversation { id queue { id key } } decision { outcome ruleName ruleVersion queue { key } actor { kind agent { id } } } userErrors { code field } } }`;
const CONVERSATION = `query ($id: ID!) { conversation(id: $id) { state agent { id } queue { key } queueEntry { id } offer { id agent { id } expiresAt }
  routingDecisions(first: 10) { nodes { id outcome chosen { id } candidates { agent { id } excludedBecause score load capacity idleSince } } } } }`;

/** Lets the timers of routing run, after which nothing is being given out any more. */
async function settle(): Promise<void> {
  world.clock.advance(1_000);
  await world.runJobs();
}

/** A visitor of the web channel with a conversation that has just begun. */
async function visit(form: Record<string, unknown> = {}, text: string | null = null) {
  const { startVisit } = await ask('mutation ($input: StartVisitInput!) { startVisit(input: $input) { customer { id } userErrors { code } } }', { input: { channelKey: 'demo' } }, null);
  const visitor = customerIdentity({ id: startVisit.customer.id, channelId });
  const firstMessage = text ? { clientMessageId: `m-${visitor.id}`, text } : null;
  const { startConversation } = await ask(START, { input: { form, firstMessage, idempotencyKey: `k-${visitor.id}` } }, visitor);
  return { visitor, ...startConversation };
}

beforeAll(async () => {
  world = await createTestWorld(createConversations);
  const { setUp } = await ask(SET_UP, {
    input: { organisationName: '示例', timeZone: 'Asia/Shanghai', displayName: 'Root', email: 'root@example.com', password: 'correct horse battery' },
  }, null);
  const { agent } = setUp.viewer;
  // Every test of this file gives this one agent more work.
  await (await world.database('conversations')).execute('UPDATE agents SET capacity = 100');
  teamId = agent.teams[0].id;
  const { queues } = await ask('{ queues(first: 10) { nodes { id } } }', {}, agentIdentity({ role: 'admin' }));
  admin = agentIdentity({ id: agent.id, role: 'admin', teamIds: [teamId], queueIds: queues.nodes.map(({ id }: { id: string }) => id) });
  const { channels } = await ask('{ channels(first: 10) { nodes { id key } } }', {}, admin);
  channelId = channels.nodes.find(({ key }: { key: string }) => key === 'demo').id;
});

afterAll(() => world?.close());

describe('a new system', () => {
  it('has a default queue served by the first team, and its web channel', async () => {
    const { queues, channels } = await ask(`{ queues(first: 10) { nodes { key acceptSeconds waitingCount oldestSince teams { id } overflowQueue { id } } totalCount }
      channels(first: 10) { nodes { key kind isEnabled origins capability { bytesMax textLengthMax } version } } }`, {}, admin);
    expect(queues).toEqual({ nodes: [{ key: 'general', acceptSeconds: 0, waitingCount: 0, oldestSince: null, teams: [{ id: teamId }], overflowQueue: null }], totalCount: 1 });
    expect(channels.nodes).toEqual([{ key: 'demo', kind: 'WEB', isEnabled: true, origins: [], capability: { bytesMax: 52_428_800, textLengthMax: 10_000 }, version: 1 }]);
  });

  it('lets a conversation wait with its place while nobody is there, and gives it to the first who comes', async () => {
    const widget = 'query ($locale: Locale) { widget(channelKey: "demo", locale: $locale) { title greeting accentColor isOpen bytesMax locale form { key label kind isRequired lengthMax choices } } }';
    const closed = (await ask(widget, { locale: 'EN' }, null)).widget;
    expect(closed).toMatchObject({ isOpen: false, locale: 'EN', greeting: 'Hello, how can we help you?', accentColor: '#4152b8' });
    expect(closed.form[1]).toEqual({ key: 'topic', label: 'What is it about', kind: 'CHOICE', isRequired: false, lengthMax: null, choices: ['Payment', 'Account', 'Technical', 'Something else'] });
    expect((await ask('{ widget(channelKey: "nothing") { title } }', {}, null)).widget).toBeNull();

    const { visitor, conversation } = await visit();
    expect(conversation).toMatchObject({ state: 'QUEUED', channel: { id: channelId, key: 'demo' }, queue: null, queueEntry: { ahead: 0, waitP50Seconds: null } });
    await settle();
    await ask(PRESENCE, { presence: 'ONLINE' }, admin);
    // No console holds the lease here.
    await (await world.database('conversations')).execute("UPDATE agent_presence SET lease_until = '2036-01-01'");
    await settle();
    const seen = (await ask(CONVERSATION, { id: conversation.id }, admin)).conversation;
    expect(seen).toMatchObject({ state: 'ACTIVE', agent: { id: admin.id }, queue: { key: 'general' }, queueEntry: null, offer: null });
    expect(seen.routingDecisions.nodes.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['ASSIGNED', 'WAITING', 'QUEUED']);
    expect((await ask('query ($id: ID!) { conversation(id: $id) { queue { id } agent { id } agentName state } }', { id: conversation.id }, visitor)).conversation)
      .toEqual({ queue: null, agent: null, agentName: 'Root', state: 'ACTIVE' });
    world.clock.advance(6_000);
    expect((await ask(widget, {}, null)).widget).toMatchObject({ isOpen: true, locale: 'ZH_CN' });
  });

  it('checks the answers of the form and names the field', async () => {
    expect((await visit({ topic: 'weather' })).userErrors).toEqual([{ code: 'INVALID', field: ['form', 'topic'] }]);
    expect((await visit({ age: 3 })).userErrors).toEqual([{ code: 'INVALID', field: ['form', 'age'] }]);
    expect((await visit({ topic: 'Account', name: '王' })).userErrors).toEqual([]);
  });
});

describe('queues', () => {
  it('are chosen by what the visitor answered or wrote, and keep none of it', async () => {
    const saved = (await ask(SAVE, { input: { name: '支付组', key: 'payment', teamIds: [teamId], acceptSeconds: 15 } }, admin)).saveQueue;
    expect(saved).toMatchObject({ queue: { key: 'payment', version: 1, teams: [{ id: teamId }] }, userErrors: [] });
    for (const { conversation } of [await visit({ topic: 'payment' }), await visit({}, '我的银行卡被重复扣款 62220000')]) {
      await settle();
      expect((await ask(CONVERSATION, { id: conversation.id }, admin)).conversation.queue).toEqual({ key: 'payment' });
    }
    const [{ hits }] = (await (await world.database('conversations')).query<{ hits: number }>("SELECT COUNT(*) AS hits FROM routing_decisions WHERE inputs LIKE '%62220000%' OR inputs LIKE '%银行卡%'")) as [{ hits: number }];
    expect(Number(hits)).toBe(0);
  });

  it('page by name in both directions and answer refusals as data', async () => {
    const page = 'query ($first: Int, $after: String, $last: Int) { queues(first: $first, after: $after, last: $last) { nodes { key } pageInfo { hasNextPage endCursor } } }';
    const first = (await ask(page, { first: 1 }, admin)).queues;
    expect(first.pageInfo.hasNextPage).toBe(true);
    const second = (await ask(page, { first: 1, after: first.pageInfo.endCursor }, admin)).queues;
    expect((await ask(page, { last: 1 }, admin)).queues.nodes).toEqual(second.nodes);
    expect(second.nodes).not.toEqual(first.nodes);
    expect((await ask(SAVE, { input: { name: 'x', key: 'payment' } }, admin)).saveQueue).toEqual({ queue: null, userErrors: [{ code: 'ALREADY_EXISTS', field: ['key'] }] });
  });

  it('offer work, which is accepted, declined and explained', async () => {
    const { conversation } = await visit({ topic: 'payment' });
    await settle();
    const { offer, routingDecisions } = (await ask(CONVERSATION, { id: conversation.id }, admin)).conversation;
    expect(offer).toMatchObject({ agent: { id: admin.id } });
    expect(routingDecisions.nodes[0]).toMatchObject({ outcome: 'OFFERED', chosen: { id: admin.id } });
    const explain = 'query ($decisionId: ID!, $agentId: ID!) { routingExplanation(decisionId: $decisionId, agentId: $agentId) { excludedBecause score capacity } }';
    expect((await ask(explain, { decisionId: routingDecisions.nodes[0].id, agentId: admin.id }, admin)).routingExplanation).toMatchObject({ excludedBecause: null, capacity: 100 });
    const accept = 'mutation ($id: ID!) { acceptConversation(input: { offerId: $id }) { conversation { state agent { id } } userErrors { code } } }';
    const decline = 'mutation ($id: ID!) { declineConversation(input: { offerId: $id }) { isDeclined userErrors { code } } }';
    expect(await codeOf(accept, { id: offer.id }, agentIdentity())).toBe('NOT_FOUND');
    expect((await ask(accept, { id: offer.id }, admin)).acceptConversation).toEqual({ conversation: { state: 'ACTIVE', agent: { id: admin.id } }, userErrors: [] });
    expect((await ask(decline, { id: offer.id }, admin)).declineConversation).toEqual({ isDeclined: null, userErrors: [] });
  });

  it('are changed for one conversation by hand, with a record of who did it', async () => {
    const { conversation } = await visit();
    await settle();
    const { queues } = await ask('{ queues(first: 10) { nodes { id key } } }', {}, admin);
    const payment = queues.nodes.find(({ key }: { key: string }) => key === 'payment').id;
    const input = { conversationId: conversation.id, queueId: payment, reason: '其实是付款' };
    expect((await ask(ROUTE, { input }, admin)).routeConversation).toMatchObject({
      conversation: { queue: { key: 'payment' } }, decision: { outcome: 'QUEUED', ruleName: null, ruleVersion: 1, actor: { kind: 'AGENT', agent: { id: admin.id } } }, userErrors: [],
    });
    expect(await codeOf(ROUTE, { input }, agentIdentity())).toBe('FORBIDDEN');
    expect(await codeOf(ROUTE, { input }, agentIdentity({ grants: { 'conversation:route': 'TEAM', 'conversation:read': 'TEAM' } }))).toBe('NOT_FOUND');
    expect(await codeOf(ROUTE, { input }, agentIdentity({ role: 'supervisor' }))).toBe('FORBIDDEN');
    expect((await ask(ROUTE, { input: { ...input, queueId: 'que_00000000000000000000000000' } }, admin)).routeConversation.userErrors).toEqual([{ code: 'NOT_FOUND', field: ['queueId'] }]);
  });
});

describe('what others may not know', () => {
  it.each([
    ['{ queues(first: 1) { nodes { id } } }', 'FORBIDDEN'],
    ['{ channels(first: 1) { nodes { id } } }', 'FORBIDDEN'],
    ['{ routingDecisions(first: 1) { nodes { id } } }', 'FORBIDDEN'],
    ['{ queue(id: "que_00000000000000000000000000") { id } }', 'FORBIDDEN'],
    ['mutation { saveQueue(input: { name: "x", key: "xx" }) { userErrors { code } } }', 'FORBIDDEN'],
    ['mutation { acceptConversation(input: { offerId: "off_00000000000000000000000000" }) { userErrors { code } } }', 'FORBIDDEN'],
  ])('%s is refused to a visitor and to nobody in particular', async (document, code) => {
    expect(await codeOf(document, {}, customerIdentity())).toBe(code);
    expect(await codeOf(document, {}, null)).toBe('UNAUTHENTICATED');
  });

  it('shows an agent only decisions that looked at him or whose conversation is his', async () => {
    const list = '{ routingDecisions(first: 100) { nodes { id conversation { id } candidates { agent { id } } } } }';
    expect((await ask(list, {}, agentIdentity())).routingDecisions.nodes).toEqual([]);
    const own = agentIdentity({ id: admin.id, role: 'agent', teamIds: [teamId], queueIds: admin.queueIds });
    const seen = (await ask(list, {}, own)).routingDecisions.nodes as { candidates: { agent: { id: string } }[] }[];
    expect(seen.length).toBeGreaterThan(0);
    const all = (await ask(list, {}, admin)).routingDecisions.nodes;
    expect(all.length).toBeGreaterThan(seen.length);
  });

  it('shows a wall board and a place in the queue as streams', async () => {
    const { visitor, conversation } = await visit({ topic: 'payment' });
    const place = await world.subscribe('conversations', 'subscription ($id: ID!) { queuePositionChanged(conversationId: $id) { at entry { ahead queue { id } } } }', { id: conversation.id }, visitor);
    expect((await place.next()).value.data.queuePositionChanged.entry).toMatchObject({ ahead: expect.any(Number), queue: null });
    await place.return?.();
    const board = await world.subscribe('conversations', 'subscription { queuesChanged { at queues { key waitingCount oldestSince } } }', {}, admin);
    const { queues } = (await board.next()).value.data.queuesChanged;
    expect(queues.map(({ key }: { key: string }) => key).sort()).toEqual(['general', 'payment']);
    expect(queues.find(({ key }: { key: string }) => key === 'payment').waitingCount).toBeGreaterThan(0);
    await board.return?.();
    await expect(world.subscribe('conversations', 'subscription { queuesChanged { at } }', {}, visitor).then((stream) => stream.next())).rejects.toThrow();
  });
});
