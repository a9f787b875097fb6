import { randomUUID } from 'node:crypto';
import { createClient, type Client } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { connect } from '../../../schema/examples/live-inbox.mjs';
import { arrive, setUpStaff, tell, type Staff } from '../../harness/people.ts';
import { startSystem, type Part, type System } from '../../harness/system.ts';
import { say, screen } from './screen.ts';

/** The gateway's waiting time for one answer, and twice its time between signs of life; then what a busy machine adds. */
const NOTICED_WITHIN_MS = 10_000 + 5_000;

let system: System;
let staff: Staff;
let url: string;
beforeAll(async () => {
  system = await startSystem('many');
  url = `http://127.0.0.1:${system.gateways[0]!.port}`;
  staff = await setUpStaff(url);
}, 240_000);
afterAll(() => system?.stop());

const part = (name: string): Part => system.parts.find((one) => one.name === name)!;

interface Answer {
  data: Record<string, unknown> | null;
  errors?: { path?: unknown; extensions: { code: string; retryAfterMs?: number } }[];
  ms: number;
}

async function post(query: string, variables: object = {}): Promise<Answer> {
  const began = performance.now();
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${staff.token}` }, body: JSON.stringify({ query, variables }) });
  return { ...((await response.json()) as Answer), ms: performance.now() - began };
}

const JOINED = 'query ($id: ID!) { conversation(id: $id) { state tickets(first: 5) { nodes { subject } } } }';
const away = { extensions: { code: 'UNAVAILABLE', retryAfterMs: expect.any(Number) } };

describe.each([['sleeps', (one: Part) => one.freeze(), async (one: Part) => one.wake()], ['died', (one: Part) => one.kill(), (one: Part) => one.start()]])('while the tickets subgraph %s', (name, goAway, comeBack) => {
  it('the rest works, its part of an answer is null with the reason, and it joins in again', async () => {
    const visitor = await arrive(url, staff.channelKey);
    const seen = screen();
    const following = visitor.client.followConversation(visitor.conversationId, seen.onMessage);
    await goAway(part('tickets-api'));
    const first = await post(JOINED, { id: visitor.conversationId });
    expect(first).toMatchObject({ data: { conversation: { state: 'QUEUED', tickets: null } }, errors: [{ path: expect.arrayContaining(['conversation']), ...away }] });
    expect(first.ms).toBeLessThan(NOTICED_WITHIN_MS);
    // Once it is known to be away nobody waits for it again.
    await expect.poll(async () => (await post(JOINED, { id: visitor.conversationId })).ms, { timeout: NOTICED_WITHIN_MS }).toBeLessThan(1_000);
    for (const text of ['one', 'two']) await say(visitor, text);
    await seen.until(2);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const upload = await fetch(`${url}/uploads/att_nothing`);
    expect([upload.status, ((await upload.json()) as { code: string }).code]).toEqual([503, 'UNAVAILABLE']);
    await comeBack(part('tickets-api'));
    await expect.poll(async () => (await post(JOINED, { id: visitor.conversationId })).errors, { timeout: 20_000 }).toBeUndefined();
    expect([name, ...seen.texts]).toEqual([name, 'one', 'two']);
    following.stop();
    visitor.client.close();
  }, 90_000);
});

describe('while the conversations subgraph sleeps', () => {
  const line = (): Client => createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, connectionParams: { authorization: `Bearer ${staff.token}` }, retryAttempts: 0, lazyCloseTimeout: 60_000 });
  const STREAM = 'subscription ($id: ID!) { messageSent(conversationId: $id, afterSeq: 0) { __typename seq } }';

  it('streams end with the reason, the client’s line stays, and after it wakes everything is there once', async () => {
    const visitor = await arrive(url, staff.channelKey);
    const seen = screen();
    const program = connect({ url, token: staff.token });
    const following = program.followConversation(visitor.conversationId, seen.onMessage);
    await say(visitor, 'before');
    await seen.until(1);
    const client = line();
    const events = client.iterate({ query: STREAM, variables: { id: visitor.conversationId } });
    await events.next();
    part('conversations-api').freeze();
    const began = performance.now();
    expect(await lastError(events)).toMatchObject(away);
    expect(performance.now() - began).toBeLessThan(NOTICED_WITHIN_MS);
    // The same line, which nobody has closed, carries the next operation. It is refused in time.
    const again = client.iterate({ query: STREAM, variables: { id: visitor.conversationId } });
    expect(await lastError(again)).toMatchObject(away);
    const sending = tell(visitor.ask, 'sendMessage', { conversationId: visitor.conversationId, clientMessageId: randomUUID(), text: 'lost' }, 'message { seq }');
    await expect(sending).rejects.toThrow('UNAVAILABLE');
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    part('conversations-api').wake();
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 20_000 }).toBe(200);
    await expect.poll(() => say(visitor, 'after').then(() => 'said', () => 'not yet'), { timeout: 20_000, interval: 500 }).toBe('said');
    await seen.until(2);
    await expect.poll(() => seen.texts.filter((text) => text !== 'lost')).toEqual(['before', 'after']);
    following.stop();
    for (const one of [program, visitor.client]) one.close();
    await client.dispose();
  }, 120_000);
});

/** Takes events until one tells why there are no more. */
async function lastError(events: AsyncIterableIterator<unknown>): Promise<unknown> {
  for await (const event of events) {
    const { errors } = event as { errors?: unknown[] };
    if (errors) return errors[0];
  }
  return null;
}
