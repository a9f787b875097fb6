import { agentIdentity, createTestWorld, customerIdentity, type World } from '@careline/kit/testing';
import type { Identity } from '@careline/kit/auth';
import type { Db } from '@careline/kit/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConversations } from '../subgraph.ts';
import { makeAgent, makeQueue, makeTeam } from './routing.fixtures.ts';

let world: World;
let db: Db;
let admin: Identity;
let channelId: string;

async function ask(document: string, variables: Record<string, unknown>, viewer: Identity | null): Promise<Record<string, any>> {
  const { data, errors } = await world.execute('conversations', document, variables, viewer, { address: '127.0.0.1' });
  if (errors?.length) throw new Error(errors.map((error) => `${String(error.extensions?.code)}: ${error.message}`).join('; '));
  return data;
}

async function settle(): Promise<void> {
  world.clock.advance(1_000);
  await world.runJobs();
}

/** A queue with one agent of its own, who holds `capacity`, and that agent's identity. */
async function makeDesk({ capacity = 5, acceptSeconds = 0 } = {}) {
  const team = await makeTeam(db);
  const id = await makeAgent(db, { teamIds: [team], capacity });
  const queue = await makeQueue(db, { teamIds: [team], acceptSeconds });
  return { queue, agent: agentIdentity({ id, role: 'agent', teamIds: [team], queueIds: [queue] }) };
}

/** A new visitor's conversation, put into the queue by hand. */
async function begin(queueId: string) {
  const { startVisit } = await ask('mutation { startVisit(input: { channelKey: "demo" }) { customer { id } } }', {}, null);
  const visitor = customerIdentity({ id: startVisit.customer.id, channelId });
  const { startConversation } = await ask('mutation ($key: String!) { startConversation(input: { idempotencyKey: $key }) { conversation { id } } }', { key: visitor.id }, visitor);
  const { id } = startConversation.conversation;
  await ask('mutation ($id: ID!, $queueId: ID!) { routeConversation(input: { conversationId: $id, queueId: $queueId }) { userErrors { code } } }', { id, queueId }, admin);
  await settle();
  return { id, visitor };
}

const look = async (id: string) => (await ask(`query ($id: ID!) { conversation(id: $id) { state version agent { id } queue { id } offer { id } queueEntry { ahead }
  routingDecisions(first: 20) { nodes { outcome actor { kind agent { id } } chosen { id } } } } }`, { id }, admin)).conversation;
const close = (id: string, viewer: Identity) => ask('mutation ($id: ID!) { closeConversation(input: { conversationId: $id, confirm: true, lastSeenSeq: 0 }) { userErrors { code } } }', { id }, viewer);

beforeAll(async () => {
  world = await createTestWorld(createConversations);
  db = await world.database('conversations');
  const { setUp } = await ask('mutation ($input: SetUpInput!) { setUp(input: $input) { viewer { agent { id } } } }', {
    input: { organisationName: '示例', timeZone: 'Asia/Shanghai', displayName: 'Root', email: 'root@example.com', password: 'correct horse battery' },
  }, null);
  admin = agentIdentity({ id: setUp.viewer.agent.id, role: 'admin' });
  channelId = (await ask('{ channels(first: 1) { nodes { id } } }', {}, admin)).channels.nodes[0].id;
});

afterAll(() => world?.close());

describe('a conversation on its way', () => {
  it('frees a place when it is closed, which the next one takes', async () => {
    const { queue, agent } = await makeDesk({ capacity: 1 });
    const [first, second] = [await begin(queue), await begin(queue)];
    expect(await look(first.id)).toMatchObject({ state: 'ACTIVE', agent: { id: agent.id } });
    expect(await look(second.id)).toMatchObject({ state: 'QUEUED', queueEntry: { ahead: 0 } });
    await close(first.id, agent);
    await settle();
    expect(await look(second.id)).toMatchObject({ state: 'ACTIVE', agent: { id: agent.id }, queueEntry: null });
  });

  it('leaves the queue when the visitor ends it', async () => {
    const { queue } = await makeDesk({ capacity: 0 });
    const [first, second] = [await begin(queue), await begin(queue)];
    expect((await look(second.id)).queueEntry).toEqual({ ahead: 1 });
    await close(first.id, first.visitor);
    expect(await look(first.id)).toMatchObject({ state: 'CLOSED', queueEntry: null });
    expect((await look(second.id)).queueEntry).toEqual({ ahead: 0 });
  });

  it('moves up when its priority rises', async () => {
    const { queue } = await makeDesk({ capacity: 0 });
    const [first, second] = [await begin(queue), await begin(queue)];
    await ask('mutation ($id: ID!) { updateConversation(input: { conversationId: $id, priority: P1 }) { userErrors { code } } }', { id: second.id }, admin);
    await settle();
    expect((await look(second.id)).queueEntry).toEqual({ ahead: 0 });
    expect((await look(first.id)).queueEntry).toEqual({ ahead: 1 });
  });

  it('is recorded as decided by hand when a person assigns it, and its offer ends', async () => {
    const { queue, agent } = await makeDesk({ acceptSeconds: 15 });
    const { id } = await begin(queue);
    const { offer } = await look(id);
    await ask('mutation ($id: ID!) { assignConversation(input: { conversationId: $id }) { userErrors { code } } }', { id }, admin);
    const seen = await look(id);
    expect(seen).toMatchObject({ state: 'ACTIVE', agent: { id: admin.id }, offer: null, queueEntry: null });
    expect(seen.routingDecisions.nodes[0]).toEqual({ outcome: 'ASSIGNED', actor: { kind: 'AGENT', agent: { id: admin.id } }, chosen: { id: admin.id } });
    const late = await ask('mutation ($id: ID!) { acceptConversation(input: { offerId: $id }) { userErrors { code } } }', { id: offer.id }, agent);
    expect(late.acceptConversation.userErrors).toEqual([{ code: 'EXPIRED' }]);
  });

  it('waits in the queue it is transferred to, and finds the agent there', async () => {
    const [from, to] = [await makeDesk(), await makeDesk()];
    const { id } = await begin(from.queue);
    expect((await look(id)).agent).toEqual({ id: from.agent.id });
    await ask('mutation ($id: ID!, $queueId: ID!) { transferConversation(input: { conversationId: $id, queueId: $queueId, note: "退款问题" }) { userErrors { code } } }',
      { id, queueId: to.queue }, from.agent);
    await settle();
    const seen = await look(id);
    expect(seen).toMatchObject({ state: 'ACTIVE', agent: { id: to.agent.id }, queue: { id: to.queue } });
    expect(seen.routingDecisions.nodes.slice(0, 2).map(({ outcome, actor }: any) => [outcome, actor.kind])).toEqual([['ASSIGNED', 'SYSTEM'], ['QUEUED', 'AGENT']]);
  });

  it('waits where it waited before when the visitor opens it again', async () => {
    const { queue } = await makeDesk({ capacity: 0 });
    const { id, visitor } = await begin(queue);
    await close(id, admin);
    await ask('mutation ($id: ID!) { reopenConversation(input: { conversationId: $id }) { userErrors { code } } }', { id }, visitor);
    expect(await look(id)).toMatchObject({ state: 'QUEUED', queue: { id: queue }, queueEntry: { ahead: 0 } });
  });

  it('returns to the queue a minute after its agent went offline', async () => {
    const { queue, agent } = await makeDesk();
    const { id } = await begin(queue);
    await ask('mutation { setPresence(input: { presence: OFFLINE }) { userErrors { code } } }', {}, agent);
    await settle();
    expect((await look(id)).state).toBe('ACTIVE');
    world.clock.advance(60_000);
    await settle();
    const seen = await look(id);
    expect(seen).toMatchObject({ state: 'QUEUED', agent: null, queue: { id: queue } });
    expect(seen.routingDecisions.nodes.map(({ outcome }: { outcome: string }) => outcome)).toContain('QUEUED');
  });

  it('left an audit entry when it was moved by hand', async () => {
    const { queue } = await makeDesk({ capacity: 0 });
    const { id } = await begin(queue);
    const rows = await db.query<{ envelope: unknown }>('SELECT envelope FROM outbox WHERE envelope LIKE ?', [`%${id}%`]);
    const verbs = rows.map(({ envelope }) => (typeof envelope === 'string' ? JSON.parse(envelope) : envelope) as { type: string; data: { verb?: string } }).map(({ data }) => data.verb);
    expect(verbs).toContain('conversation:route');
  });
});

describe('skills and weights', () => {
  const DECISIONS = `query ($id: ID!) { routingDecisions(conversationId: $id, first: 1) { nodes { outcome units skills { name level } isSkillPreferred chosen { id }
    candidates { agent { id } excludedBecause missingSkills { name level } load } } } }`;
  const weigh = (units: number) => ask('mutation ($id: ID!, $units: Int!) { saveChannel(input: { channelId: $id, units: $units }) { userErrors { code } } }', { id: channelId, units }, admin);
  const lastDecision = async (id: string) => (await ask(DECISIONS, { id }, admin)).routingDecisions.nodes[0];

  it('decide who gets a conversation, and the record says so', async () => {
    const { queue, agent } = await makeDesk({ capacity: 4 });
    const english = [{ name: 'en', level: 3 }];
    const saved = await ask('mutation ($input: SaveQueueInput!) { saveQueue(input: $input) { queue { skills { name level } skillSeconds strategy version } userErrors { code } } }',
      { input: { queueId: queue, skills: english, strategy: ['SKILL', 'LEAST_LOAD'], expectedVersion: 1 } }, admin);
    expect(saved.saveQueue).toEqual({ queue: { skills: english, skillSeconds: null, strategy: ['SKILL', 'LEAST_LOAD'], version: 2 }, userErrors: [] });
    await weigh(3);
    const [first, second] = [await begin(queue), await begin(queue)];
    const waiting = await lastDecision(first.id);
    expect(waiting).toMatchObject({ outcome: 'WAITING', units: 3, skills: english, isSkillPreferred: false, chosen: null });
    expect(waiting.candidates).toContainEqual({ agent: { id: agent.id }, excludedBecause: 'MISSING_SKILL', missingSkills: english, load: 0 });
    await ask('mutation ($id: ID!) { updateAgent(input: { agentId: $id, skills: [{ name: "en", level: 3 }] }) { userErrors { code } } }', { id: agent.id }, admin);
    await settle();
    expect(await lastDecision(first.id)).toMatchObject({ outcome: 'ASSIGNED', chosen: { id: agent.id } });
    expect((await ask('query ($id: ID!) { agent(id: $id) { load capacity } }', { id: agent.id }, admin)).agent).toEqual({ load: 3, capacity: 4 });
    expect((await look(second.id)).state).toBe('QUEUED');
    await weigh(1);
  });
});

describe('decisions of an agent', () => {
  it('are found by the agent they chose or left out', async () => {
    const { queue, agent } = await makeDesk({ capacity: 0 });
    const { id } = await begin(queue);
    const { routingDecisions } = await ask('query ($agentId: ID!) { routingDecisions(agentId: $agentId, first: 10) { nodes { outcome conversation { id } queue { id } candidates { agent { id } excludedBecause } } } }', { agentId: agent.id }, admin);
    const [last, ...earlier] = routingDecisions.nodes;
    expect(last).toMatchObject({ outcome: 'WAITING', conversation: { id }, queue: { id: queue } });
    expect(last.candidates).toContainEqual({ agent: { id: agent.id }, excludedBecause: 'AT_CAPACITY' });
    // The default queue may have looked for an agent before the conversation was moved: it names who is ONLINE elsewhere.
    for (const { candidates } of earlier) expect(candidates).toContainEqual({ agent: { id: agent.id }, excludedBecause: 'NOT_IN_TEAM' });
  });
});
