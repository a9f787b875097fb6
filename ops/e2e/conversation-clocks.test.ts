import { randomUUID } from 'node:crypto';
import type { Identity } from '@careline/kit/auth';
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
});
