import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agentIdentity } from '@careline/kit/testing';
import { answersOf, openGateway, type OpenGateway } from './testing/open-gateway.ts';

const STREAM = 'subscription { messageSent(conversationId: "c1", afterSeq: 0) { seq ... on MessageSent { text listener } } }';
const TIMEOUT_MS = 1_000;
const auth = { authorization: 'Bearer t' };

let open: OpenGateway;
beforeEach(async () => {
  open = await openGateway({ shape: 'networked', config: { upstreamTimeoutMs: TIMEOUT_MS, upstreamPingMs: TIMEOUT_MS } });
  open.tokens.set('t', agentIdentity({ role: 'admin' }));
});
afterEach(() => open.close());

const readiness = async () => (await fetch(`${open.url}/readyz`)).status;
const timed = async <T>(work: Promise<T>) => {
  const began = performance.now();
  const result = await work;
  return [result, performance.now() - began] as const;
};

describe('the one socket to a networked subgraph', () => {
  it('carries the streams of all clients, each under its own identity', async () => {
    const people = ['one', 'two', 'three'].map((name) => {
      open.tokens.set(name, agentIdentity({ id: `agt_${name}` }));
      const client = open.connect({ authorization: `Bearer ${name}` });
      return { name, client, stream: answersOf(client, STREAM) };
    });
    for (const { stream } of people) expect((await stream.next()).data).toMatchObject({ messageSent: { seq: 0 } });
    open.live.publish('conversation:c1', { text: 'hello', seq: 1 });
    for (const { name, stream } of people) expect((await stream.next()).data).toMatchObject({ messageSent: { text: 'hello', listener: `agt_${name}` } });
    expect(open.lines.get('conversations')!.sockets()).toBe(1);
    await Promise.all(people.map(({ client }) => client.dispose()));
  });

  it('loses only the streams of a client whose token runs out', async () => {
    open.tokens.set('short', { ...agentIdentity({ id: 'agt_short' }), expiresAt: Math.ceil(Date.now() / 1000) + 1 });
    const [short, lasting] = [open.connect({ authorization: 'Bearer short' }), open.connect(auth)];
    const [brief, stream] = [answersOf(short, STREAM), answersOf(lasting, STREAM)];
    await Promise.all([brief.next(), stream.next()]);
    expect(open.conversations.openStreams()).toBe(2);
    expect(await short.closed).toMatchObject({ code: 4401 });
    await expect.poll(() => open.conversations.openStreams()).toBe(1);
    open.live.publish('conversation:c1', { text: 'still here', seq: 1 });
    expect((await stream.next()).data).toMatchObject({ messageSent: { text: 'still here' } });
    expect(open.lines.get('conversations')!.sockets()).toBe(1);
    await lasting.dispose();
  });
});

describe('a networked subgraph that sleeps', () => {
  const JOINED = '{ conversation(id: "c1") { number tickets { id } } }';

  it('takes only its part of the answers away, in bounded time, and gives it back when it wakes', async () => {
    await open.ask(JOINED, {}, auth);
    open.lines.get('tickets')!.freeze();
    const [partial, ms] = await timed(open.ask(JOINED, {}, auth));
    expect(partial.data).toEqual({ conversation: { number: 1, tickets: null } });
    expect(partial.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE', retryAfterMs: 1_000 } }]);
    expect(ms).toBeLessThan(TIMEOUT_MS + 3_000);
    expect((await open.ask('{ conversation(id: "c1") { number } }', {}, auth)).errors).toBeUndefined();
    const [upload, uploadMs] = await timed(fetch(`${open.url}/uploads/x`));
    expect(upload.status).toBe(503);
    expect(uploadMs).toBeLessThan(TIMEOUT_MS + 3_000);
    open.lines.get('tickets')!.thaw();
    await expect.poll(async () => (await open.ask(JOINED, {}, auth)).errors, { timeout: 10_000 }).toBeUndefined();
  });

  it('lets an upload that comes slowly take longer than it may take itself', async () => {
    async function* slowly() {
      for (let part = 0; part < 2; part += 1) {
        await new Promise((resolve) => setTimeout(resolve, 1.5 * TIMEOUT_MS));
        yield Buffer.from('part');
      }
    }
    const answer = await fetch(`${open.url}/uploads/x`, { method: 'PUT', body: slowly() as never, duplex: 'half' } as RequestInit);
    expect([answer.status, await answer.text()]).toEqual([200, 'partpart']);
  });

  it('ends its streams, and takes them again on the same client socket when it wakes', async () => {
    const client = open.connect(auth);
    const events = client.iterate({ query: STREAM });
    await events.next();
    open.lines.get('conversations')!.freeze();
    let last: unknown;
    for await (const event of events) last = event;
    expect(last).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
    open.lines.get('conversations')!.thaw();
    await expect.poll(async () => (await answersOf(client, STREAM).next()).data, { timeout: 10_000 }).toMatchObject({ messageSent: { seq: 0 } });
    await client.dispose();
  });
});

describe('a networked subgraph that dies', () => {
  it('takes only its part of the answers away, and its streams end with UNAVAILABLE', async () => {
    await open.ask('{ me { id } }', {}, auth);
    expect(await readiness()).toBe(200);
    await open.served.get('tickets')!.close();
    const partial = await open.ask('{ conversation(id: "c1") { number tickets { id } } }', {}, auth);
    expect(partial.data).toEqual({ conversation: { number: 1, tickets: null } });
    expect(partial.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE', retryAfterMs: 1_000 } }]);
    expect(await readiness()).toBe(200);
    expect((await fetch(`${open.url}/uploads/x`)).status).toBe(503);

    const client = open.connect(auth);
    const stream = answersOf(client, STREAM);
    await stream.next();
    await open.served.get('conversations')!.close();
    expect(JSON.stringify(await Promise.race([stream.next(), stream.ended]))).toMatch(/UNAVAILABLE|complete/);
    expect((await open.ask('{ facts { id } }')).errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
    expect(await readiness()).toBe(503);
    await client.dispose();
  });
});

describe('a gateway whose subgraphs are not all there yet', () => {
  it('is not ready, and is so by itself when the last one comes', async () => {
    open.lines.get('tickets')!.freeze();
    expect(await readiness()).toBe(503);
    open.lines.get('tickets')!.thaw();
    await expect.poll(readiness).toBe(200);
  });
});
