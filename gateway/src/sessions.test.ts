import { once } from 'node:events';
import WebSocket from 'ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentIdentity, customerIdentity } from '@careline/kit/testing';
import { answersOf, openGateway, type OpenGateway } from './testing/open-gateway.ts';

const STREAM = 'subscription { messageSent(conversationId: "c1", afterSeq: 0) { seq } }';

describe('open lines', () => {
  let open: OpenGateway;
  beforeAll(async () => { open = await openGateway({ config: { limits: { socketsPerIdentity: 2, streamsPerSocket: 3, streamsPerVisitorSocket: 1 } } }); });
  afterAll(() => open.close());

  const enter = async (token: string, options: Parameters<typeof agentIdentity>[0] = {}) => {
    const identity = agentIdentity(options);
    open.tokens.set(token, identity);
    const client = open.connect({ authorization: `Bearer ${token}` });
    await answersOf(client, '{ facts { id } }').next();
    return { identity, client };
  };

  it('are asked to come again with 4205 when what the identity may see changed', async () => {
    const { identity, client } = await enter('t-rights', { queueIds: ['que_1'] });
    open.tokens.set('t-rights', { ...identity, queueIds: ['que_1', 'que_2'] });
    open.live.publish(`identity:${identity.id}`, { kind: 'changed' });
    expect(await client.closed).toMatchObject({ code: 4205 });
  });

  it('stay when a hint turns out to change nothing', async () => {
    const { identity, client } = await enter('t-same', { queueIds: ['que_1', 'que_2'] });
    open.tokens.set('t-same', { ...identity, queueIds: ['que_2', 'que_1'], expiresAt: identity.expiresAt + 60 });
    open.live.publish(`identity:${identity.id}`, { kind: 'changed' });
    expect((await answersOf(client, '{ facts { id } }').next()).data).toEqual({ facts: { id: identity.id } });
    await client.dispose();
  });

  it('are ended with 4401 when the sign-in ended, sockets and event streams alike', async () => {
    const { identity, client } = await enter('t-ended');
    const response = await fetch(`${open.url}/graphql`, {
      method: 'POST', body: JSON.stringify({ query: STREAM }), headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: 'Bearer t-ended' },
    });
    open.tokens.delete('t-ended');
    open.live.publish(`identity:${identity.id}`, { kind: 'ended' });
    expect(await client.closed).toMatchObject({ code: 4401 });
    const text = await response.text();
    expect(text).toContain('UNAUTHENTICATED');
    expect(text.trim().endsWith('event: complete\ndata:')).toBe(true);
    await expect.poll(() => open.conversations.openStreams()).toBe(0);
  });

  it('stop an ended sign-in from asking at once, not after the cache has run out', async () => {
    const { identity, client } = await enter('t-asks');
    open.tokens.delete('t-asks');
    open.live.publish(`identity:${identity.id}`, { kind: 'ended' });
    expect((await open.ask('{ me { id } }', {}, { authorization: 'Bearer t-asks' })).errors![0]!.extensions.code).toBe('UNAUTHENTICATED');
    await client.closed;
  });

  it('ask who a token stands for once, not for every request', async () => {
    open.tokens.set('t-cached', agentIdentity());
    const before = open.conversations.asked();
    for (let times = 0; times < 5; times += 1) await open.ask('{ me { id } }', {}, { authorization: 'Bearer t-cached' });
    expect(open.conversations.asked()).toBe(before + 1);
  });

  it('are limited for each identity', async () => {
    const { client } = await enter('t-many');
    const second = open.connect({ authorization: 'Bearer t-many' });
    await answersOf(second, '{ facts { id } }').next();
    expect(await open.connect({ authorization: 'Bearer t-many' }).closed).toMatchObject({ code: 4429 });
    await Promise.all([client.dispose(), second.dispose()]);
  });

  it('are limited for each identity also when event streams come at the same moment', async () => {
    open.tokens.set('t-events', agentIdentity());
    const gone = new AbortController();
    const answers = await Promise.all(Array.from({ length: 6 }, () => fetch(`${open.url}/graphql`, {
      method: 'POST', body: JSON.stringify({ query: STREAM }), signal: gone.signal,
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: 'Bearer t-events' },
    })));
    expect(answers.filter((answer) => answer.headers.get('content-type')!.startsWith('text/event-stream'))).toHaveLength(2);
    gone.abort();
    await expect.poll(() => open.conversations.openStreams()).toBe(0);
  });

  it('are limited for each address from the handshake on, whether they say who they are or not', async () => {
    const small = await openGateway({ config: { limits: { socketsPerAddress: 2 } } });
    const silent = Array.from({ length: 2 }, () => new WebSocket(`${small.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws'));
    await Promise.all(silent.map((socket) => once(socket, 'open')));
    expect(await small.connect().closed).toMatchObject({ code: 429 });
    silent[0]!.terminate();
    await expect.poll(async () => {
      const client = small.connect();
      const isIn = await Promise.race([client.closed.then(() => false), answersOf(client, '{ facts { id } }').next().then(() => true)]);
      await client.dispose();
      return isIn;
    }).toBe(true);
    silent[1]!.terminate();
    await small.close();
  });

  it('are cut when they flood, whatever with', async () => {
    const { client } = await enter('t-flood');
    const sent = Array.from({ length: 1_250 }, () => answersOf(client, '{ facts { id } }'));
    expect(await client.closed).toMatchObject({ code: 4429 });
    await Promise.all(sent.map((one) => one.ended));
    const bare = new WebSocket(`${open.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(bare, 'open');
    const closed = once(bare, 'close');
    bare.on('pong', () => bare.ping());
    bare.ping();
    expect((await closed)[0]).toBe(4429);
  });

  it('carry only so many streams each', async () => {
    const { client } = await enter('t-streams');
    const streams = Array.from({ length: 4 }, () => answersOf(client, STREAM));
    expect(JSON.stringify(await Promise.race(streams.map((stream) => stream.ended)))).toContain('RATE_LIMITED');
    await client.dispose();
    open.tokens.set('t-visitor', customerIdentity());
    const visitor = open.connect({ authorization: 'Bearer t-visitor' });
    const [first, second] = [answersOf(visitor, STREAM), answersOf(visitor, STREAM)];
    await first.next();
    expect(JSON.stringify(await second.ended)).toContain('RATE_LIMITED');
    await visitor.dispose();
  });
});

describe('a gateway that stops', () => {
  it('asks sockets to come again with 1012 and finishes what runs', async () => {
    const open = await openGateway();
    open.tokens.set('t', agentIdentity());
    const client = open.connect({ authorization: 'Bearer t' });
    await answersOf(client, '{ facts { id } }').next();
    const stopped = open.close();
    expect(await client.closed).toMatchObject({ code: 1012 });
    await stopped;
    await expect(fetch(`${open.url}/healthz`)).rejects.toThrow();
  });
});
