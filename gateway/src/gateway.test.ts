import { get, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentIdentity, customerIdentity } from '@careline/kit/testing';
import { answersOf, openGateway, SHAPES, type OpenGateway } from './testing/open-gateway.ts';

const STREAM = 'subscription Messages($id: ID!) { messageSent(conversationId: $id, afterSeq: 3) { __typename seq ... on MessageSent { text conversation { number } } } }';

describe.each(SHAPES)('the gateway, $shape with the $planner planner', ({ shape, planner }) => {
  let open: OpenGateway;
  const agent = agentIdentity({ id: 'agt_1', role: 'supervisor' });
  const auth = { authorization: 'Bearer token-1' };

  beforeAll(async () => {
    open = await openGateway({ shape, planner });
    open.tokens.set('token-1', agent);
  });
  afterAll(() => open.close());

  it('hands the identity of the bearer token and the facts of the request to the subgraph', async () => {
    const { data, headers } = await open.ask('{ me { id kind address device locale requestId clientName } }', {}, {
      ...auth, 'x-client-name': 'console', 'x-request-id': 'request-0001', 'user-agent': 'Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36',
    });
    expect(data).toEqual({ me: { id: 'agt_1', kind: 'AGENT', address: '127.0.0.1', device: 'Chrome on Windows', locale: 'EN', requestId: 'request-0001', clientName: 'console' } });
    expect(headers.get('x-request-id')).toBe('request-0001');
  });

  it('joins what two subgraphs say of one object', async () => {
    const { data, errors, extensions } = await open.ask('query Joined($n: Int!) { conversations(first: $n) { nodes { number tickets { id subject } } } }', { n: 2 }, auth);
    expect(errors).toBeUndefined();
    expect(data).toEqual({ conversations: { nodes: [{ number: 1, tickets: [{ id: 't-c1', subject: 'Printer' }] }, { number: 2, tickets: [{ id: 't-c2', subject: 'Printer' }] }] } });
    expect(extensions!.cost.points).toBeGreaterThan(2);
  });

  it('tells the public schema, without what only the system may ask', async () => {
    const { data } = await open.ask('{ __schema { queryType { fields { name } } } }');
    const names = (data as unknown as { __schema: { queryType: { fields: { name: string }[] } } }).__schema.queryType.fields.map((field) => field.name);
    expect(names).toContain('conversations');
    expect(names).not.toContain('identity');
    expect((await open.ask('{ identity(token: "token-1") }', {}, auth)).errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('refuses to run what needs an identity without one, and runs what does not', async () => {
    expect((await open.ask('{ me { id } }')).errors![0]!.extensions.code).toBe('UNAUTHENTICATED');
    expect((await open.ask('{ me { id } }', {}, { authorization: 'Bearer nobody' })).errors![0]!.extensions.code).toBe('UNAUTHENTICATED');
    expect((await open.ask('{ facts { id } }', {}, { authorization: 'Bearer nobody' })).data).toEqual({ facts: { id: null } });
  });

  it('ignores an identity that a client made up', async () => {
    const forged = `${Buffer.from(JSON.stringify({ ...agent, id: 'agt_evil', expiresAt: 4e9 })).toString('base64url')}.c2ln`;
    const answer = await open.post(JSON.stringify({ query: '{ facts { id address } }', extensions: { headers: { 'x-careline-identity': forged } } }), {
      'x-careline-identity': forged, 'x-careline-facts': forged,
    });
    expect(answer.data).toEqual({ facts: { id: null, address: '127.0.0.1' } });
  });

  it('masks what went wrong inside and keeps what may be said', async () => {
    const broken = await open.ask('{ broken facts { locale } }');
    expect(broken.data).toMatchObject({ broken: null, facts: { locale: 'EN' } });
    expect(broken.errors).toEqual([{ message: expect.stringContaining('Something failed'), path: ['broken'], extensions: { code: 'INTERNAL', requestId: broken.headers.get('x-request-id') } }]);
    expect(broken.text).not.toContain('SECRET');
    expect((await open.ask('{ raced }')).errors).toMatchObject([{ path: ['raced'], extensions: { code: 'CONFLICT' } }]);
    expect((await open.ask('{ refused }')).errors).toMatchObject([{ message: 'Give exactly one.', path: ['refused'], extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('speaks the language of the caller', async () => {
    expect((await open.ask('{ raced }', {}, { 'accept-language': 'zh-CN,zh;q=0.9' })).errors![0]!.message).toContain('他人已先行操作');
  });

  it('gives the good part of an answer when another part fails', async () => {
    const away = await open.ask('{ conversation(id: "c404") { number tickets { id } } }', {}, auth);
    expect(away.data).toEqual({ conversation: { number: 404, tickets: null } });
    expect(away.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
    const broken = await open.ask('{ conversation(id: "c500") { number tickets { id } } }', {}, auth);
    expect(broken.data).toEqual({ conversation: { number: 500, tickets: null } });
    expect(broken.text).not.toContain('SECRET_');
  });

  it('runs the one operation that is named, of several in a document', async () => {
    const query = 'query A { facts { locale } } query B { conversation(id: "c1") { number tickets { id } } } subscription S { messageSent(conversationId: "c1", afterSeq: 5) { seq } }';
    const run = (operationName: string | undefined) => open.post(JSON.stringify({ query, operationName }), auth);
    expect((await run('A')).data).toEqual({ facts: { locale: 'EN' } });
    expect((await run('B')).data).toEqual({ conversation: { number: 1, tickets: [{ id: 't-c1' }] } });
    expect((await run(undefined)).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect((await run('C')).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    const client = open.connect({ authorization: 'Bearer token-1' });
    const stream = answersOf(client, query, {}, 'S');
    expect((await stream.next()).data).toEqual({ messageSent: { seq: 5 } });
    await client.dispose();
  });

  it('takes a token that has run out for none', async () => {
    open.tokens.set('old', { ...agent, expiresAt: 1 });
    expect((await open.ask('{ me { id } }', {}, { authorization: 'Bearer old' })).errors![0]!.extensions.code).toBe('UNAUTHENTICATED');
    expect(await open.connect({ authorization: 'Bearer old' }).closed).toMatchObject({ code: 4401 });
  });

  it('names a variable that does not fit', async () => {
    expect((await open.ask('query Q($id: ID!) { conversation(id: $id) { id } }', {}, auth)).errors).toMatchObject([{ message: expect.stringContaining('$id'), extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('streams events over a socket to whom the token stands for, and lets go of them', async () => {
    const client = open.connect({ authorization: 'Bearer token-1' });
    const stream = answersOf(client, STREAM, { id: 'c1' });
    expect((await stream.next()).data).toEqual({ messageSent: { __typename: 'ConversationHeartbeat', seq: 3 } });
    const sent = answersOf(client, 'mutation { sendText(text: "hello") { seq } }');
    expect((await sent.next()).data).toEqual({ sendText: { seq: 7 } });
    expect((await stream.next()).data).toEqual({ messageSent: { __typename: 'MessageSent', seq: 7, text: 'hello', conversation: { number: 1 } } });
    expect(open.conversations.openStreams()).toBe(1);
    stream.stop();
    await expect.poll(() => open.conversations.openStreams()).toBe(0);
    await client.dispose();
  });

  it('streams events to whoever accepts them over HTTP', async () => {
    const gone = new AbortController();
    const response = await fetch(`${open.url}/graphql`, {
      method: 'POST', signal: gone.signal, headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...auth },
      body: JSON.stringify({ query: STREAM, variables: { id: 'c2' } }),
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toContain('event: next\ndata: {"data":{"messageSent":{"__typename":"ConversationHeartbeat"');
    open.live.publish('conversation:c2', { text: 'over http', seq: 9 });
    expect((await reader.read()).value).toContain('over http');
    gone.abort();
    await expect.poll(() => open.conversations.openStreams()).toBe(0);
  });

  it('answers a stream that broke inside with a masked error', async () => {
    const client = open.connect({ authorization: 'Bearer token-1' });
    const stream = answersOf(client, STREAM, { id: 'c3' });
    await stream.next();
    open.live.publish('conversation:c3', { isBroken: true });
    const outcome = await Promise.race([stream.next(), stream.ended]);
    expect(JSON.stringify(outcome)).toMatch(/INTERNAL|UNAVAILABLE/);
    expect(JSON.stringify(outcome)).not.toContain('SECRET');
    await client.dispose();
  });

  it('hands REST paths over with the identity, streaming both ways', async () => {
    const body = Buffer.alloc(3_000_000, 'x');
    const response = await fetch(`${open.url}/uploads/att_1?sig=1`, { method: 'PUT', body, headers: { ...auth, 'x-careline-identity': 'forged' } });
    expect(response.headers.get('x-seen-id')).toBe('agt_1');
    expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true);
  });

  it('cuts a body that only drips', async () => {
    const slow = await openGateway({ shape, planner, config: { bodyPaceMs: 150 } });
    const req = request(`${slow.url}/uploads/att_1`, { method: 'PUT', headers: { ...auth, 'content-length': '1000000' } });
    const timer = setInterval(() => req.write('x'), 20);
    const cut = new Promise((resolve) => req.once('error', resolve).once('close', resolve));
    await cut;
    clearInterval(timer);
    await slow.close();
  });

  it.each(['/uploads/..', '/uploads/x/../..', '/uploads/%2e%2E', '/uploads/.%2e', '/help/..', '/help\\..'])('hands nothing else of a subgraph over by way of %s', async (way) => {
    const raw = (path: string) => new Promise<string>((resolve, reject) => {
      get(`${open.url}/`, { path, headers: { ...auth, 'x-forwarded-for': '192.0.2.1' } }, (res) => void text(res).then((body) => resolve(`${res.statusCode} ${body}`), reject)).on('error', reject);
    });
    expect(await raw(`${way}/metrics`)).toMatch(/^404/);
    expect(await raw(`${way}/graphql?query=%7B_service%7Bsdl%7D%7D`)).toContain('BAD_USER_INPUT');
  });

  it('is ready when conversations is, and counts operations by name', async () => {
    expect((await fetch(`${open.url}/readyz`)).status).toBe(200);
    await open.ask('query Counted { facts { id } }');
    expect(await (await fetch(`${open.url}/metrics`)).text()).toMatch(/careline_gateway_operation_seconds_count\{operation="Counted",code="OK"\} \d/);
  });

  it('ends the sockets of a visitor whose token runs out with 4401', async () => {
    open.tokens.set('short', { ...customerIdentity(), expiresAt: Math.floor(Date.now() / 1000) + 1 });
    const client = open.connect({ authorization: 'Bearer short' });
    expect(await client.closed).toMatchObject({ code: 4401 });
  });
});
