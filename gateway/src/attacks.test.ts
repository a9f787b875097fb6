import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentIdentity } from '@careline/kit/testing';
import { answersOf, openGateway, SHAPES, type OpenGateway } from './testing/open-gateway.ts';

const nested = (levels: number) => `{ conversation(id: "c1") { ${'parent { '.repeat(levels)}id${' }'.repeat(levels)} } }`;
const aliases = (count: number) => `{ ${Array.from({ length: count }, (_one, index) => `a${index}: facts { id }`).join(' ')} }`;
const bomb = `{ conversation(id: "c1") { ...F0 } } ${Array.from({ length: 25 }, (_one, index) => `fragment F${index} on Conversation { x: parent { ...F${index + 1} } y: parent { ...F${index + 1} } }`).join(' ')} fragment F25 on Conversation { id }`;
const dear = '{ conversations(first: 100) { nodes { messages(first: 60) { edges { node { id } } } } } }';
const sideBySide = `{ ${'... { conversation(id: "c1") { ... { id } } } '.repeat(300)} }`;
const inside = (open: string, levels: number, close: string) => open.repeat(levels) + close.repeat(levels);
const deepValue = (levels: number): unknown => (levels === 0 ? 1 : [deepValue(levels - 1)]);
const introspectionBomb = `{ __schema { types { ${'fields { type { '.repeat(6)}name${' } }'.repeat(6)} } } }`;

const ATTACKS: [name: string, query: string, variables: Record<string, unknown>, code: string][] = [
  ['a query deeper than 12', nested(12), {}, 'COST_LIMIT'],
  ['31 aliases', aliases(31), {}, 'COST_LIMIT'],
  ['fragments that double each other', bomb, {}, 'COST_LIMIT'],
  ['one field ten thousand times', `{ ${'broken '.repeat(4_000)} }`, {}, 'COST_LIMIT'],
  ['more tokens than a document may have', `{ ${'facts { id } '.repeat(2_000)} }`, {}, 'COST_LIMIT'],
  ['the same field in 300 inline fragments', sideBySide, {}, 'COST_LIMIT'],
  ['more fragments than a document may have', `{ facts { id } } ${Array.from({ length: 100 }, (_one, index) => `fragment F${index} on Query { x${index} }`).join(' ')}`, {}, 'COST_LIMIT'],
  ['more variables than an operation may have', `query (${Array.from({ length: 201 }, (_one, index) => `$a${index}: Int`).join(' ')}) { facts { id } }`, {}, 'COST_LIMIT'],
  ['lists inside each other', `{ conversation(id: ${inside('[', 2_000, ']')}) { id } }`, {}, 'COST_LIMIT'],
  ['objects that never close', `{ conversation(id: ${'{a:'.repeat(1_600)}`, {}, 'COST_LIMIT'],
  ['inline fragments inside each other', inside('{ ...', 1_200, '}'), {}, 'COST_LIMIT'],
  ['types inside each other', `query ($a: ${inside('[', 1_200, ']')}) { facts { id } }`, {}, 'COST_LIMIT'],
  ['a variable nested without end', 'query ($a: JSON) { facts { id } }', { a: deepValue(3_000) }, 'BAD_USER_INPUT'],
  ['half a character', 'mutation ($text: String!) { sendText(text: $text) { seq } }', { text: 'a\ud83d' }, 'BAD_USER_INPUT'],
  ['an operation over 5,000 points', dear, {}, 'COST_LIMIT'],
  ['the same with pages in variables', 'query Q($a: Int, $b: Int) { conversations(first: $a) { nodes { messages(last: $b) { edges { node { id } } } } } }', { a: 100, b: 60 }, 'COST_LIMIT'],
  ['a page of 101', '{ conversations(first: 101) { nodes { id } } }', {}, 'BAD_USER_INPUT'],
  ['a page of 0', '{ conversations(last: 0) { nodes { id } } }', {}, 'BAD_USER_INPUT'],
  ['a page of 101 by a default', 'query Q($n: Int = 101) { conversations(first: $n) { nodes { id } } }', {}, 'BAD_USER_INPUT'],
  ['both first and last', '{ conversations(first: 1, last: 1) { nodes { id } } }', {}, 'BAD_USER_INPUT'],
  ['neither first nor last', '{ conversations { nodes { id } } }', {}, 'BAD_USER_INPUT'],
  ['a fragment inside itself', '{ conversation(id: "c1") { ...A } } fragment A on Conversation { parent { ...A } }', {}, 'BAD_USER_INPUT'],
  ['a field that does not exist', '{ passwords }', {}, 'BAD_USER_INPUT'],
  ['a field of the system alone', '{ identity(token: "token-1") }', {}, 'BAD_USER_INPUT'],
  ['entities asked for directly', '{ _entities(representations: []) { __typename } }', {}, 'BAD_USER_INPUT'],
  ['introspection without an end', introspectionBomb, {}, 'BAD_USER_INPUT'],
  ['a live event with a field of another subgraph', 'subscription { messageSent(conversationId: "c1", afterSeq: 0) { ... on MessageSent { conversation { tickets { id } } } } }', {}, 'BAD_USER_INPUT'],
  ['a variable that is no object', '{ facts { id } }', [] as never, 'BAD_USER_INPUT'],
  ['text that is no GraphQL', 'SELECT * FROM messages', {}, 'BAD_USER_INPUT'],
];

const WITHIN_LIMITS: [name: string, query: string][] = [
  ['12 levels', nested(10)],
  ['30 aliases', aliases(30)],
  ['a page of 100', '{ conversations(first: 100) { nodes { id } } }'],
];

describe.each(SHAPES)('attacks on the gateway, $shape with the $planner planner', ({ shape, planner }) => {
  let open: OpenGateway;
  const auth = { authorization: 'Bearer token-1' };

  beforeAll(async () => {
    // Rates have their own tests; here each attack is to be refused for what it is.
    open = await openGateway({ shape, planner, config: { limits: { rateScale: 0 } } });
    open.tokens.set('token-1', agentIdentity({ role: 'admin' }));
    await open.ask('{ facts { id } }', {}, auth);
  });
  afterAll(() => open.close());

  it.each(ATTACKS)('refuses %s', async (_name, query, variables, code) => {
    const startedAt = performance.now();
    const { errors, data, headers } = await open.ask(query, variables, auth);
    expect(errors?.[0]?.extensions).toMatchObject({ code, requestId: headers.get('x-request-id') });
    expect(data).toBeNull();
    // Generous for a busy machine; unbounded work would take seconds.
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  // The client library itself refuses to send variables that are no object.
  it.each(ATTACKS.filter(([, , variables]) => !Array.isArray(variables)))('refuses %s over a socket too', async (_name, query, variables, code) => {
    const client = open.connect({ authorization: 'Bearer token-1' });
    const stream = answersOf(client, query, variables);
    const outcome = JSON.stringify(await Promise.race([stream.ended, stream.next()]));
    expect(outcome).toContain(`"code":"${code}"`);
    await client.dispose();
  });

  it.each(WITHIN_LIMITS)('lets %s pass', async (_name, query) => {
    expect((await open.ask(query, {}, auth)).errors).toBeUndefined();
  });

  it.each([
    ['a batch', '[{"query":"{ facts { id } }"}]', 400],
    ['a body over 256 KB', JSON.stringify({ query: '{ facts { id } }', variables: { x: 'x'.repeat(300_000) } }), 413],
    ['broken JSON', '{"query":', 400],
    ['no document', '{}', 200],
  ])('refuses %s', async (_name, body, status) => {
    const answer = await open.post(body, auth);
    expect(answer.status).toBe(status);
    expect(answer.errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
  });

  it('refuses a body over 256 KB whose length was not announced', async () => {
    const status = await new Promise<number>((resolve) => {
      const req = request(`${open.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' } }, (res) => {
        res.resume();
        resolve(res.statusCode!);
      });
      req.on('error', () => undefined);
      for (let sent = 0; sent < 6; sent += 1) req.write('x'.repeat(65_536));
    });
    expect(status).toBe(413);
  });

  it('repeats little of what was sent', async () => {
    const { text } = await open.ask(`{ ${'x'.repeat(200_000)} }`, {}, auth);
    expect(text.length).toBeLessThan(1_000);
  });

  it('refuses bytes that are no text instead of storing other words than were sent', async () => {
    const body = Buffer.concat([Buffer.from('{"query":"{ facts { id } } #'), Buffer.from([0xff, 0xc3, 0x28]), Buffer.from('"}')]);
    const response = await fetch(`${open.url}/graphql`, { method: 'POST', body: new Uint8Array(body), headers: { 'content-type': 'application/json' } });
    expect([response.status, (await response.json()).errors[0].extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
  });

  it('refuses a form of another page, and a change by a link', async () => {
    expect((await open.post('query=%7Bfacts%7Bid%7D%7D', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
    expect((await fetch(`${open.url}/graphql?query=${encodeURIComponent('mutation { sendText(text: "x") { seq } }')}`, { headers: auth })).status).toBe(405);
  });

  it('refuses a socket from a page of another origin', async () => {
    const client = open.connect({ authorization: 'Bearer token-1' }, 'https://evil.example');
    expect(await client.closed).toMatchObject({ code: 403 });
  });

  it('closes a socket with a token that is not valid with 4401', async () => {
    expect(await open.connect({ authorization: 'Bearer stolen' }).closed).toMatchObject({ code: 4401 });
  });

  it('closes a socket that sends more than 256 KB at once', async () => {
    const client = open.connect({ authorization: 'Bearer token-1' });
    answersOf(client, '{ facts { id } }', { x: 'x'.repeat(300_000) });
    expect(await client.closed).toMatchObject({ code: 1009 });
  });

  it('does not let a stranger open a stream that needs an identity', async () => {
    const client = open.connect();
    const stream = answersOf(client, 'subscription { messageSent(conversationId: "c1", afterSeq: 0) { seq } }');
    expect(JSON.stringify(await stream.ended)).toContain('UNAUTHENTICATED');
    await client.dispose();
  });
});
