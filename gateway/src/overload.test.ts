import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { customerIdentity } from '@careline/kit/testing';
import { answersOf, openGateway, SHAPES, type OpenGateway } from './testing/open-gateway.ts';

const SEND = 'mutation { sendText(text: "x") { seq } }';

describe.each(SHAPES)('a gateway that has no place left, $shape with the $planner planner', ({ shape, planner }) => {
  let open: OpenGateway;
  const auth = { authorization: 'Bearer visitor' };
  beforeAll(async () => {
    open = await openGateway({ shape, planner, config: { limits: { operations: 0 } } });
    open.tokens.set('visitor', customerIdentity());
  });
  afterAll(() => open.close());

  it.each(['application/json', 'application/graphql-response+json'])('answers a request that accepts %s with 503 and when to come again', async (accept) => {
    const answer = await open.ask(SEND, {}, { ...auth, accept });
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(answer.errors).toEqual([{ message: expect.stringContaining('retryAfterMs'), extensions: { code: 'UNAVAILABLE', requestId: answer.headers.get('x-request-id'), retryAfterMs: expect.any(Number) } }]);
  });

  it('answers the other doors with 503 and when to come again', async () => {
    const answer = await fetch(`${open.url}/help`);
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await answer.json()).toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('asks nobody who the sender is, and does not look at the document', async () => {
    const before = open.conversations.asked();
    await open.ask('{ not graphql', {}, { authorization: 'Bearer never-seen' });
    expect(open.conversations.asked()).toBe(before);
  });

  it('answers an operation on a socket with its error, and leaves the socket open', async () => {
    const client = open.connect({ authorization: 'Bearer visitor', 'accept-language': 'en' });
    for (let round = 0; round < 2; round += 1) {
      expect(await answersOf(client, SEND).ended).toEqual([{ message: expect.any(String), extensions: { code: 'UNAVAILABLE', requestId: expect.any(String), retryAfterMs: expect.any(Number) } }]);
    }
    await client.dispose();
  });

  it('answers each of the operations of a client that goes on, also those for which it was not read', async () => {
    const client = open.connect({ authorization: 'Bearer visitor' });
    const many = () => Promise.all(Array.from({ length: 10 }, () => answersOf(client, SEND).ended)) as Promise<{ extensions: { code: string; retryAfterMs: number } }[][]>;
    const codes = async () => [...new Set((await many()).map(([error]) => `${error!.extensions.code} ${error!.extensions.retryAfterMs > 0}`))];
    expect([await codes(), await codes()]).toEqual([['UNAVAILABLE true'], ['RATE_LIMITED true']]);
    await client.dispose();
  });
});

describe('a gateway with one place', () => {
  let open: OpenGateway;
  beforeAll(async () => {
    open = await openGateway({ config: { limits: { operations: 1 } } });
    open.tokens.set('visitor', customerIdentity());
  });
  afterAll(() => open.close());

  it.each([
    ['an answer', SEND, {}, undefined],
    ['a refused document', '{ nothing }', {}, 'BAD_USER_INPUT'],
    ['a refused variable', 'query Q($id: ID!) { conversation(id: $id) { id } }', {}, 'BAD_USER_INPUT'],
    ['an unexpected failure', '{ broken }', {}, 'INTERNAL'],
    ['a change by a link', SEND, { method: 'GET' }, 'BAD_USER_INPUT'],
  ])('has it again after %s', async (_name, query, options, code) => {
    for (let round = 0; round < 3; round += 1) {
      const answer = 'method' in options
        ? (await (await fetch(`${open.url}/graphql?query=${encodeURIComponent(query)}`, { headers: { authorization: 'Bearer visitor' } })).json()) as Awaited<ReturnType<OpenGateway['ask']>>
        : await open.ask(query, {}, { authorization: 'Bearer visitor' });
      expect(answer.errors?.[0]?.extensions.code).toBe(code);
    }
  });

  it('has it again after a stream has opened, and after a socket broke the protocol', async () => {
    const client = open.connect({ authorization: 'Bearer visitor' });
    const stream = answersOf(client, 'subscription { messageSent(conversationId: "c1", afterSeq: 0) { seq } }');
    await stream.next();
    expect((await open.ask(SEND, {}, { authorization: 'Bearer visitor' })).errors).toBeUndefined();
    await client.dispose();
  });

  it('takes what a client sends in its order, although operations begin a few in a turn', async () => {
    const query = 'subscription { messageSent(conversationId: "c1", afterSeq: 0) { seq } }';
    const client = open.connect({ authorization: 'Bearer visitor' });
    await answersOf(client, query).next();
    await client.dispose();
    const socket = new WebSocket(`${open.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const tell = (message: object) => socket.send(JSON.stringify(message));
    const outcome = new Promise<string>((resolve) => {
      socket.on('close', (code) => resolve(`closed with ${code}`));
      socket.on('message', (data) => { if (/"same".*"next"/.test(String(data))) resolve('streams'); });
    });
    await once(socket, 'open');
    tell({ type: 'connection_init', payload: { authorization: 'Bearer visitor' } });
    await once(socket, 'message');
    // One write, so that the place is taken while the rest is read.
    const { _socket: line } = socket as unknown as { _socket: Socket };
    line.cork();
    tell({ id: 'other', type: 'subscribe', payload: { query: SEND } });
    for (const message of [{ type: 'subscribe', payload: { query } }, { type: 'complete' }, { type: 'subscribe', payload: { query } }]) tell({ id: 'same', ...message });
    line.uncork();
    expect(await outcome).toBe('streams');
    socket.terminate();
  });
});
