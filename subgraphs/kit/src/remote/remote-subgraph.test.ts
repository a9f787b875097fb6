import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Identity } from '../auth/index.ts';
import { serveSubgraph, type RequestFacts, type Served } from '../graphql/index.ts';
import { agentIdentity, createTestWorld, openSlowLine, type SlowLine, type World } from '../testing/index.ts';
import { createRooms } from '../testing/rooms.fixture.ts';
import { openRemoteSubgraph, type RemoteSubgraph } from './index.ts';

const TIMEOUT_MS = 1_000;
const KEEP_ALIVE_MS = 500;
const OPEN = 'mutation ($name: String!) { openRoom(name: $name) { room { name } } }';
const STREAM = 'subscription { roomOpened { name nth secret } }';

let world: World;
let served: Served;
let line: SlowLine;
let remote: RemoteSubgraph;
let begun: Map<string, (isListening: boolean) => void>;

beforeAll(async () => {
  world = await createTestWorld(createRooms, { ownDatabases: true });
  begun = new Map();
});
afterAll(() => world.close());
beforeEach(async () => {
  const secret = world.deps.keyring.secret('internal');
  served = await serveSubgraph(world.subgraphs.tickets!, { port: 0, host: '127.0.0.1', secret, log: world.deps.log, clock: world.clock, onBegun: (id, isListening) => begun.get(id)?.(isListening) });
  line = await openSlowLine(served.url);
  remote = reach(60_000, 60_000);
});
const reach = (timeoutMs: number, keepAliveMs: number) => openRemoteSubgraph({ url: `${line.url}/graphql`, secret: world.deps.keyring.secret('internal'), timeoutMs, keepAliveMs });
/** For a line that is about to fall silent. */
const becomeImpatient = async () => {
  await remote.close();
  remote = reach(TIMEOUT_MS, KEEP_ALIVE_MS);
};
afterEach(async () => {
  await remote.close();
  await line.close();
  await served.close();
});

let count = 0;
const question = (text: string, identity: Identity | null, variables: Record<string, unknown> = {}) => {
  const facts: RequestFacts = { identity, requestId: `req-${(count += 1)}`, locale: 'EN', address: null, device: null, clientName: null };
  return { text, variables, operationName: null, facts };
};
const admin = agentIdentity({ role: 'admin' });
const openRoom = (name: string) => remote.query(question(OPEN, admin, { name }));
async function watch(identity: Identity) {
  const asked = question(STREAM, identity);
  const listens = new Promise<boolean>((resolve) => begun.set(asked.facts.requestId, resolve));
  const stream = remote.subscribe(asked);
  expect(await listens).toBe(true);
  return stream;
}
const away = expect.objectContaining({ code: 'UNAVAILABLE', retryAfterMs: 1_000 });

describe('a subgraph in another process', () => {
  it('gets all streams over one socket, and no identity on it sees what another may', async () => {
    const plain = agentIdentity({ grants: { 'conversation:read': 'ALL' } });
    const [inspector, colleague] = [await watch(admin), await watch(plain)];
    await expect(remote.subscribe(question(STREAM, agentIdentity({ grants: {} }))).next()).resolves.toMatchObject({ value: { errors: [{ extensions: { code: 'FORBIDDEN' } }] } });
    await openRoom('Blue');
    expect(await inspector.next()).toMatchObject({ value: { data: { roomOpened: { name: 'Blue', secret: 'only for staff' } } } });
    expect(await colleague.next()).toMatchObject({ value: { data: { roomOpened: { name: 'Blue', secret: null } } } });
    expect(line.sockets()).toBe(1);
  });

  it('meets each event with a context of its own, which remembers nothing of the one before', async () => {
    const stream = await watch(admin);
    for (const name of ['first', 'second']) {
      await openRoom(name);
      expect(await stream.next()).toMatchObject({ value: { data: { roomOpened: { name, nth: 1 } } } });
    }
  });

  it('completes the operations of an identity that runs out, and no other on the socket', async () => {
    const lasting = await watch(admin);
    const short = await watch({ ...admin, expiresAt: world.clock.now() / 1000 + 1 });
    expect(await short.next()).toEqual({ value: undefined, done: true });
    await openRoom('Red');
    expect(await lasting.next()).toMatchObject({ value: { data: { roomOpened: { name: 'Red' } } } });
    expect(line.sockets()).toBe(1);
  });

  it('answers a document that is none to its sender alone', async () => {
    const lasting = await watch(admin);
    for (const text of ['subscription {', 'subscription { nonsense }']) {
      expect(await remote.subscribe(question(text, admin)).next()).toMatchObject({ value: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] } });
    }
    await openRoom('Grey');
    expect(await lasting.next()).toMatchObject({ value: { data: { roomOpened: { name: 'Grey' } } } });
  });

  it('is away after the waiting time when it sleeps, then at once for everybody, until it wakes', async () => {
    await becomeImpatient();
    await openRoom('before');
    line.freeze();
    const began = performance.now();
    await Promise.all(Array.from({ length: 200 }, () => expect(remote.query(question('{ allRooms }', admin))).rejects.toEqual(away)));
    expect(performance.now() - began).toBeLessThan(TIMEOUT_MS + 3_000);
    await expect.poll(() => timed(() => remote.query(question('{ allRooms }', admin)).catch(() => null)), { timeout: 10_000 }).toBeLessThan(TIMEOUT_MS / 4);
    await expect(remote.subscribe(question(STREAM, admin)).next()).rejects.toEqual(away);
    line.thaw();
    await expect.poll(() => remote.query(question('{ allRooms }', admin)).catch(() => null), { timeout: 10_000 }).toEqual({ data: { allRooms: 1 } });
  });

  it('ends its streams when the socket stays without a sign of life', async () => {
    await becomeImpatient();
    const stream = await watch(admin);
    line.freeze();
    const began = performance.now();
    await expect(stream.next()).rejects.toEqual(away);
    expect(performance.now() - began).toBeLessThan(2 * KEEP_ALIVE_MS + 3_000);
  });

  it('keeps nobody waiting for a socket that is never greeted', async () => {
    await becomeImpatient();
    line.freeze();
    await expect(remote.subscribe(question(STREAM, admin)).next()).rejects.toEqual(away);
  });

  it('is away when something else answers at its address', async () => {
    const other = openRemoteSubgraph({ url: `${served.url}/elsewhere`, secret: Buffer.alloc(32), timeoutMs: 60_000, keepAliveMs: 60_000 });
    await expect(other.query(question('{ allRooms }', admin))).rejects.toEqual(away);
    await other.close();
  });

  it('is asked once more on a new line, when the line breaks, what does no more when asked twice, and nothing else', async () => {
    const ask = (text: string, isRepeatable: boolean) => remote.query({ ...question(text, admin, { name: 'Twice' }), isRepeatable });
    const lookAfterBreak = async (text: string, isRepeatable: boolean) => {
      await ask('{ allRooms }', true);
      line.breakKept();
      return ask(text, isRepeatable);
    };
    await expect(lookAfterBreak('{ allRooms }', true)).resolves.toMatchObject({ data: {} });
    await expect(lookAfterBreak(OPEN, true)).resolves.toMatchObject({ data: { openRoom: { room: { name: 'Twice' } } } });
    await expect(lookAfterBreak(OPEN, false)).rejects.toEqual(away);
  });

  it('finishes what is under way when it is stopped, and takes nothing new', async () => {
    const stream = await watch(admin);
    const askAll = () => Promise.allSettled(Array.from({ length: 20 }, () => openRoom('last')));
    // On connections that are there: one that still waits to be accepted may be refused.
    await askAll();
    const answers = askAll();
    await stream.next();
    const stopped = served.close();
    for (const answer of await answers) expect(answer).toMatchObject({ value: { data: { openRoom: { room: {} } } } });
    await stopped;
    await expect(openRoom('after')).rejects.toEqual(away);
    await expect((async () => { for await (const event of stream) void event; })()).rejects.toEqual(away);
  });
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
