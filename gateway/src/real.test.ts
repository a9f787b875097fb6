import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConversations } from '@careline/conversations/subgraph';
import { createKnowledge } from '@careline/knowledge/subgraph';
import { createTickets } from '@careline/tickets/subgraph';
import { serveSubgraph, type Served, type Subgraph } from '@careline/kit/graphql';
import { createTestWorld, type World } from '@careline/kit/testing';
import { systemClock } from '@careline/kit/time';
import { createGateway, type Gateway } from './gateway.ts';
import { answersOf, connect, SHAPES } from './testing/open-gateway.ts';

const SET_UP = 'mutation S($input: SetUpInput!) { setUp(input: $input) { accessToken refreshToken userErrors { code message } } }';
const VISIT = 'mutation V($input: StartVisitInput!) { startVisit(input: $input) { visitorToken refreshToken userErrors { code message } } }';
const START = 'mutation C($input: StartConversationInput!) { startConversation(input: $input) { conversation { id lastSeq } userErrors { code message } } }';
const SEND = 'mutation M($input: SendMessageInput!) { sendMessage(input: $input) { message { seq } userErrors { code message } } }';
const STREAM = 'subscription S($id: ID!, $afterSeq: Int!) { messageSent(conversationId: $id, afterSeq: $afterSeq) { __typename seq ... on MessageSent { message { seq text authorName } } } }';

type Data = Record<string, Record<string, never>>;

describe.each(SHAPES)('real subgraphs behind the gateway, $shape with the $planner planner', ({ shape, planner }) => {
  let world: World;
  let gateway: Gateway;
  let url: string;
  const served: Served[] = [];
  let adminToken: string;

  const ask = async (query: string, variables: object = {}, token?: string): Promise<Data> => {
    const response = await fetch(`${url}/graphql`, { method: 'POST', body: JSON.stringify({ query, variables }), headers: { 'content-type': 'application/json', 'accept-language': 'en', ...(token ? { authorization: `Bearer ${token}` } : {}) } });
    const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  };

  beforeAll(async () => {
    world = await createTestWorld([createConversations, createTickets, createKnowledge], { deps: { clock: systemClock } });
    const subgraphs = Object.values(world.subgraphs) as Subgraph[];
    const subgraphUrls: Record<string, string> = {};
    if (shape === 'networked') for (const subgraph of subgraphs) {
      const one = await serveSubgraph(subgraph, { port: 0, host: '127.0.0.1', secret: world.deps.keyring.secret('internal'), log: world.deps.log });
      served.push(one);
      subgraphUrls[subgraph.name] = `${one.url}/graphql`;
    }
    gateway = await createGateway({ deps: world.deps, ...(shape === 'local' ? { subgraphs } : {}), config: { port: 0, planner, subgraphUrls, drainMs: 500 } });
    ({ url } = await gateway.listen());
    const { setUp } = await ask(SET_UP, { input: { organisationName: 'Test', timeZone: 'Asia/Shanghai', displayName: 'Ada', email: 'ada@example.com', password: `long-${randomUUID()}` } });
    adminToken = setUp!.accessToken!;
  });
  afterAll(async () => {
    await gateway.close();
    for (const one of served) await one.close();
    await world.close();
  });

  const visit = async () => {
    const { channels } = await ask('{ channels(first: 5) { nodes { key } } }', {}, adminToken) as unknown as { channels: { nodes: { key: string | null }[] } };
    const channelKey = channels.nodes.find((channel) => channel.key)!.key;
    const { startVisit } = await ask(VISIT, { input: { channelKey } });
    const token: string = startVisit!.visitorToken!;
    const { startConversation } = await ask(START, { input: { idempotencyKey: randomUUID() } }, token) as unknown as { startConversation: { conversation: { id: string; lastSeq: number } } };
    return { token, ...startConversation.conversation };
  };

  it('knows who signed in', async () => {
    expect(await ask('{ viewer { kind agent { displayName } } }', {}, adminToken)).toEqual({ viewer: { kind: 'AGENT', agent: { displayName: 'Ada' } } });
  });

  it.each([
    ['PUT', '/create_ticket', 'POST'], ['POST', '/help/articles', 'GET, HEAD'], ['DELETE', '/uploads/att_1', 'GET, HEAD, PUT, PATCH'], ['PUT', '/uploads/job_1', 'GET, HEAD'],
    ['POST', '/inbox', 'GET, HEAD'], ['DELETE', '/graphql', 'GET, POST'], ['GET', `/graphql?query=${encodeURIComponent('mutation { endSignIn(input: { signInId: "sgn_1" }) { userErrors { code } } }')}`, 'POST'],
  ])('refuses %s of %s with a code, and says which methods would do: %s', async (method, path, allowed) => {
    const answer = await fetch(url + path, { method, headers: { authorization: `Bearer ${adminToken}`, 'accept-language': 'en' } });
    const { code, title, requestId, errors } = await answer.json() as { code?: string; title?: string; requestId?: string; errors?: { message: string; extensions: { code: string; requestId: string } }[] };
    const said = errors ? { code: errors[0]!.extensions.code, title: errors[0]!.message, requestId: errors[0]!.extensions.requestId } : { code, title, requestId };
    expect([answer.status, answer.headers.get('allow'), said]).toEqual([405, allowed, { code: 'BAD_USER_INPUT', title: expect.stringContaining(allowed.split(', ').at(-1)!), requestId: answer.headers.get('x-request-id') }]);
  });

  it('carries a message of a visitor to the agent who watches', async () => {
    const visitor = await visit();
    const client = connect(url, { authorization: `Bearer ${adminToken}` });
    const stream = answersOf(client, STREAM, { id: visitor.id, afterSeq: visitor.lastSeq });
    expect((await stream.next()).errors).toBeUndefined();
    await ask(SEND, { input: { conversationId: visitor.id, clientMessageId: randomUUID(), text: 'Where is my order?' } }, visitor.token);
    let event = await stream.next();
    while (JSON.stringify(event).includes('Where') === false) event = await stream.next();
    expect(event.data).toMatchObject({ messageSent: { __typename: 'MessageSent', message: { text: 'Where is my order?' } } });
    await client.dispose();
  });

  it('keeps a visitor away from what is not its own', async () => {
    const [one, other] = [await visit(), await visit()];
    const client = connect(url, { authorization: `Bearer ${one.token}` });
    const stream = answersOf(client, STREAM, { id: other.id, afterSeq: 0 });
    expect(JSON.stringify(await Promise.race([stream.ended, stream.next()]))).toMatch(/NOT_FOUND|FORBIDDEN/);
    await client.dispose();
  });

  it.each<[string, string, object]>([
    ['a verb of one subgraph', 'mutation T($input: IssueTokenInput!) { issueToken(input: $input) { secret } }', { input: { name: 'n', grants: [], expiresAt: 'soon', idempotencyKey: 'k' } }],
    ['a list of one subgraph', 'query L($filter: ConversationFilter) { conversations(filter: $filter, first: 1) { nodes { id } } }', { filter: { startedAfter: 'soon' } }],
    ['a list joined from two', 'query J($filter: ConversationFilter) { conversations(filter: $filter, first: 1) { nodes { id tickets(first: 1) { nodes { id } } } } }', { filter: { startedAfter: 'soon' } }],
    ['a value in the document', '{ conversations(filter: { startedAfter: "soon" }, first: 1) { nodes { id } } }', {}],
  ])('says which value of our own kind does not fit, in %s', async (_name, query, variables) => {
    const response = await fetch(`${url}/graphql`, { method: 'POST', body: JSON.stringify({ query, variables }), headers: { 'content-type': 'application/json', 'accept-language': 'en', authorization: `Bearer ${adminToken}` } });
    expect(await response.json()).toMatchObject({ errors: [{ message: expect.stringContaining('an instant'), extensions: { code: 'BAD_USER_INPUT', requestId: expect.any(String) } }] });
  });

  it('closes the sockets of a token that is taken back', async () => {
    const { issueToken } = await ask('mutation T($input: IssueTokenInput!) { issueToken(input: $input) { secret accessToken { id } userErrors { code message } } }', {
      input: { name: 'program', grants: [{ permission: 'viewer:read', scope: 'OWN' }], expiresAt: new Date(Date.now() + 3_600_000).toISOString(), idempotencyKey: randomUUID() },
    }, adminToken) as unknown as { issueToken: { secret: string; accessToken: { id: string } } };
    const client = connect(url, { authorization: `Bearer ${issueToken.secret}` });
    expect((await answersOf(client, '{ viewer { kind } }').next()).data).toEqual({ viewer: { kind: 'API' } });
    await ask('mutation E($input: RevokeTokenInput!) { revokeToken(input: $input) { userErrors { code } } }', { input: { tokenId: issueToken.accessToken.id } }, adminToken);
    expect(await client.closed).toMatchObject({ code: 4401 });
  });

  it('serves the help centre', async () => {
    const response = await fetch(`${url}/help`, { redirect: 'manual' });
    expect([200, 302, 308]).toContain(response.status);
  });

  it('joins a conversation with the tickets made from it', async () => {
    const { id } = await visit();
    const { categories } = await ask('{ categories { id } }', {}, adminToken) as unknown as { categories: { id: string }[] };
    await ask('mutation T($input: CreateTicketsInput!) { createTickets(input: $input) { createdCount userErrors { code message } } }', {
      input: { idempotencyKey: randomUUID(), tickets: [{ category: categories[0]!.id, subject: 'Printer is on fire', description: 'It smokes.', conversationId: id }] },
    }, adminToken);
    const query = 'query J($id: ID!) { conversation(id: $id) { id agentName tickets(first: 5) { nodes { subject conversations { id state } } } } }';
    const joined = await ask(query, { id }, adminToken);
    expect(joined).toMatchObject({ conversation: { id, tickets: { nodes: [{ subject: 'Printer is on fire', conversations: [{ id, state: 'QUEUED' }] }] } } });
  });

  it('answers what it can of an operation whose other subgraph is away', async () => {
    const query = '{ viewer { kind } conversationDays(range: { from: "2026-11-01", to: "2026-11-02" }, groupBy: [], first: 5) { nodes { day } } }';
    const response = await fetch(`${url}/graphql`, { method: 'POST', body: JSON.stringify({ query }), headers: { 'content-type': 'application/json', authorization: `Bearer ${adminToken}` } });
    expect(await response.json()).toMatchObject({ data: { viewer: { kind: 'AGENT' }, conversationDays: null }, errors: [{ path: ['conversationDays'], extensions: { code: 'UNAVAILABLE' } }] });
  });
});
