import { randomUUID } from 'node:crypto';
import type { Identity } from '@careline/kit/auth';
import { appError } from '@careline/kit/errors';
import type { SubgraphName } from '@careline/schema';
import { agentIdentity, createTestWorld, customerIdentity, type World } from '@careline/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from './everything.ts';

const SET_UP = 'mutation ($input: SetUpInput!) { setUp(input: $input) { userErrors { code } } }';
const VISIT = 'mutation ($input: StartVisitInput!) { startVisit(input: $input) { customer { id } } }';
const START = 'mutation ($input: StartConversationInput!) { startConversation(input: $input) { conversation { id } userErrors { code } } }';
const LEAVE = 'mutation ($input: LeaveMessageInput!) { leaveMessage(input: $input) { conversation { id state messages(first: 10) { nodes { kind text facts } } } userErrors { code field } } }';
const MESSAGES = 'query ($id: ID!) { conversation(id: $id) { state queueEntry { id } messages(first: 10) { nodes { kind event text facts author { kind } } } } }';
const TICKETS = `query ($id: ID!) { tickets(filter: { customerId: $id }, first: 10) { nodes { number origin subject description priority category { key } customerId
  conversations { id } clocks { target state } } } }`;
const TIMELINE = 'query ($id: ID!) { customer(id: $id) { timeline(first: 20) { nodes { kind facts } } } }';

let world: World;
let isAway = false;
const admin = agentIdentity({ role: 'admin' });

/** The line between the subgraphs, which a test can cut. */
const services = {
  async query<Data>(subgraph: SubgraphName, document: string, variables: Record<string, unknown> = {}): Promise<Data> {
    if (isAway) throw appError('UNAVAILABLE');
    return (await world.execute(subgraph, document, variables, 'SYSTEM')).data as Data;
  },
};

beforeAll(async () => {
  world = await createTestWorld(EVERYTHING, { deps: { services } });
  const input = { organisationName: '示例', timeZone: 'Asia/Shanghai', displayName: 'Root', email: 'root@example.com', password: 'correct horse battery' };
  await world.execute('conversations', SET_UP, { input }, null, { address: '127.0.0.1' });
});
afterAll(() => world?.close());

async function ask(subgraph: SubgraphName, document: string, variables: object, viewer: Identity | null): Promise<Record<string, any>> {
  const { data, errors } = await world.execute(subgraph, document, variables as Record<string, unknown>, viewer, { address: '127.0.0.1' });
  expect(errors).toBeUndefined();
  return data;
}

async function visit(): Promise<Identity> {
  const { channels } = await ask('conversations', '{ channels(first: 1) { nodes { id } } }', {}, admin);
  const { startVisit } = await ask('conversations', VISIT, { input: { channelKey: 'demo' } }, null);
  return customerIdentity({ id: startVisit.customer.id, channelId: channels.nodes[0].id });
}

const message = (more: object = {}) => ({ name: '王小明', email: 'wang@example.com', message: '退款三天没到账\n订单 8812', idempotencyKey: randomUUID(), ...more });
const leave = async (visitor: Identity, input: object) => (await ask('conversations', LEAVE, { input }, visitor)).leaveMessage;
const ticketsOf = async (customerId: string) => (await ask('tickets', TICKETS, { id: customerId }, admin)).tickets.nodes;

describe('a message left while nobody is there', () => {
  it('becomes one ticket with its clocks, and its number comes back to the visitor', async () => {
    const visitor = await visit();
    const input = message();
    const { conversation, userErrors } = await leave(visitor, input);
    expect([conversation.state, userErrors]).toEqual(['CLOSED', []]);
    expect((await leave(visitor, input)).conversation.id).toBe(conversation.id);
    await world.drainEvents();
    await world.drainEvents();
    const [ticket, ...more] = await ticketsOf(visitor.id);
    expect(more).toEqual([]);
    expect(ticket).toMatchObject({
      origin: 'OFFLINE', subject: '退款三天没到账 订单 8812', priority: 'P2', customerId: visitor.id, conversations: [{ id: conversation.id }],
      clocks: [{ target: 'FIRST_RESPONSE', state: 'RUNNING' }, { target: 'RESOLUTION', state: 'RUNNING' }],
    });
    expect(ticket.description).toBe('Name: 王小明\nMail: wang@example.com\nMessage: 退款三天没到账\n订单 8812');
    const seen = (await ask('conversations', MESSAGES, { id: conversation.id }, visitor)).conversation;
    expect(seen).toMatchObject({ state: 'CLOSED', queueEntry: null });
    expect(seen.messages.nodes[0]).toMatchObject({ kind: 'CARD', facts: { card: 'offline' }, author: { kind: 'CUSTOMER' } });
    expect(seen.messages.nodes.at(-1)).toMatchObject({ event: 'TICKET_LINKED', facts: { number: ticket.number } });
    const kinds = (await ask('conversations', TIMELINE, { id: visitor.id }, admin)).customer.timeline.nodes;
    expect(kinds).toContainEqual({ kind: 'TICKET_CREATED', facts: expect.objectContaining({ number: ticket.number }) });
  });

  it('waits while the other side is away, and makes its ticket once it is back', async () => {
    const visitor = await visit();
    isAway = true;
    await leave(visitor, message({ phone: '+86 138 0013 8000', email: null }));
    await world.drainEvents();
    expect(await ticketsOf(visitor.id)).toEqual([]);
    isAway = false;
    for (let round = 0; round < 3; round += 1) await world.drainEvents();
    expect(await ticketsOf(visitor.id)).toHaveLength(1);
  });

  it.each<[string, object, string, string]>([
    ['no name', { name: ' ' }, 'REQUIRED', 'name'],
    ['a name of 61 characters', { name: '长'.repeat(61) }, 'TOO_LONG', 'name'],
    ['nothing to say', { message: '\n' }, 'REQUIRED', 'message'],
    ['2,001 characters', { message: '长'.repeat(2_001) }, 'TOO_LONG', 'message'],
    ['no way to answer', { email: null }, 'REQUIRED', 'email'],
    ['a mail address that is none', { email: 'wang@' }, 'INVALID', 'email'],
    ['a phone number that is none', { phone: 'call me' }, 'INVALID', 'phone'],
  ])('is refused with %s', async (_, more, code, field) => {
    expect(await leave(await visit(), message(more))).toEqual({ conversation: null, userErrors: [{ code, field: [field] }] });
  });

  it('is refused beside an open conversation, and to another intent under the same key', async () => {
    const visitor = await visit();
    const input = message();
    await leave(visitor, input);
    expect((await leave(visitor, { ...input, name: '李' })).userErrors).toMatchObject([{ code: 'IDEMPOTENCY_MISMATCH' }]);
    await ask('conversations', START, { input: { idempotencyKey: randomUUID() } }, visitor);
    expect((await leave(visitor, message())).userErrors).toMatchObject([{ code: 'WRONG_STATE' }]);
  });

  it('is taken from visitors alone', async () => {
    const { errors } = await world.execute('conversations', LEAVE, { input: message() }, admin);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});
