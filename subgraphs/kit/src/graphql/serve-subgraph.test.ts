import { Agent, get } from 'node:http';
import { createClient, type Client } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { IDENTITY_HEADER, readIdentity, signIdentity } from '../auth/index.ts';
import { createKeyring } from '../crypto/index.ts';
import { createLive } from '../live/index.ts';
import { createServices } from '../services/index.ts';
import { agentIdentity, createTestWorld, openSlowLine, type World } from '../testing/index.ts';
import { createRooms } from '../testing/rooms.fixture.ts';
import { factsFromHeaders, factsToHeaders, FACTS_HEADER, serveSubgraph, type RequestFacts, type Served } from './index.ts';

let world: World;
let served: Served;
let secret: Buffer;

beforeAll(async () => {
  world = await createTestWorld(createRooms, { ownDatabases: true });
  secret = world.deps.keyring.secret('internal');
  served = await serveSubgraph(world.subgraphs.tickets!, { port: 0, host: '127.0.0.1', secret, log: world.deps.log, clock: world.clock });
});
afterAll(async () => {
  await served.close();
  await world.close();
});

const facts = (more: Partial<RequestFacts> = {}): RequestFacts =>
  ({ identity: agentIdentity({ role: 'admin' }), requestId: 'req-1', locale: 'EN', address: '192.0.2.7', device: 'Chrome', clientName: 'console', ...more });

async function ask(query: string, headers: Record<string, string> = factsToHeaders(facts(), secret)) {
  const response = await fetch(`${served.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ query }) });
  return { status: response.status, ...((await response.json()) as { data?: unknown; errors?: { message: string; extensions: Record<string, unknown> }[] }) };
}

describe('signed headers', () => {
  const identity = { ...agentIdentity(), expiresAt: 1_000 };
  const header = signIdentity(identity, createKeyring({}).secret('internal'));

  it('bring an identity until it runs out', () => {
    const key = createKeyring({}).secret('internal');
    expect(readIdentity(signIdentity(identity, key), key, 999_999)).toEqual(identity);
    expect(readIdentity(signIdentity(identity, key), key, 1_000_000)).toBeNull();
  });

  it('bring nothing when they are forged, changed, cut or absent', () => {
    const body = Buffer.from(JSON.stringify({ ...identity, expiresAt: 9_999_999_999 })).toString('base64url');
    for (const forged of [header, `${body}.${header.split('.')[1]}`, body, `${body}.`, '.', '', null]) expect(readIdentity(forged, secret, 0)).toBeNull();
  });

  it('bring the other facts of a request only with a signature', () => {
    const headers = factsToHeaders(facts(), secret);
    expect(factsFromHeaders(headers, secret, 0)).toEqual(facts({ identity: expect.any(Object) as never }));
    const forged = factsFromHeaders({ ...headers, [FACTS_HEADER]: headers[FACTS_HEADER]!.replace(/\..*/, '.x'), 'accept-language': 'en-GB' }, secret, 0);
    expect(forged).toMatchObject({ address: null, device: null, locale: 'EN', requestId: 'req-1' });
  });
});

describe('a subgraph served alone', () => {
  it('answers who is signed over by the gateway, and nobody else', async () => {
    expect(await ask('{ allRooms }')).toMatchObject({ status: 200, data: { allRooms: 1 } });
    const forged = await ask('{ allRooms }', { [IDENTITY_HEADER]: signIdentity(agentIdentity({ role: 'admin' }), Buffer.alloc(32)) });
    expect(forged.errors![0]!.extensions).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('masks what nobody expected and names malformed requests', async () => {
    const broken = await ask('{ broken }');
    expect(broken.errors![0]!.extensions).toEqual({ code: 'INTERNAL', requestId: 'req-1' });
    expect(JSON.stringify(broken)).not.toContain('hunter2');
    expect((await ask('{ nonsense }')).errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
    expect((await ask('{')).errors![0]!.extensions.code).toBe('BAD_USER_INPUT');
    const noJson = await fetch(`${served.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' });
    expect([noJson.status, ((await noJson.json()) as { code: string }).code]).toEqual([400, 'BAD_USER_INPUT']);
  });

  it('answers its own routes, health and metrics, and 404 for the rest', async () => {
    const get = async (path: string) => (await fetch(served.url + path, { headers: factsToHeaders(facts(), secret) })).text();
    expect(await get('/rooms/7')).toBe('/rooms/7 for Agent');
    expect(await get('/readyz')).toContain('"isReady":true');
    expect(await get('/healthz')).toContain('true');
    expect(await get('/metrics')).toContain('careline_pool_connections');
    expect(await get('/elsewhere')).toContain('NOT_FOUND');
  });

  it('is not ready before what it uses is there', async () => {
    const nowhere = await createLive({ redisUrl: 'redis://127.0.0.1:9', log: world.deps.log });
    for (const [live, status] of [[nowhere, 503], [world.deps.live, 200]] as const) {
      const own = await serveSubgraph(world.subgraphs.tickets!, { port: 0, host: '127.0.0.1', secret, log: world.deps.log, uses: { redis: () => live.ping() } });
      const answer = await fetch(`${own.url}/readyz`);
      expect([answer.status, await answer.json()]).toEqual([status, { isReady: status === 200, checks: { database: true, redis: status === 200 } }]);
      await own.close();
    }
    await nowhere.close();
  });

  it('answers only how it is when it is a worker', async () => {
    const worker = await serveSubgraph(world.subgraphs.tickets!, { port: 0, host: '127.0.0.1', secret, log: world.deps.log, isHealthOnly: true });
    const status = async (path: string) => (await fetch(worker.url + path, { headers: factsToHeaders(facts(), secret) })).status;
    expect(await Promise.all(['/readyz', '/healthz', '/metrics', '/graphql', '/rooms/7'].map(status))).toEqual([200, 200, 200, 404, 404]);
    await worker.close();
  });

  it('tells two users on the gateway’s one socket apart', async () => {
    const client: Client = createClient({ url: `${served.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
    const query = 'subscription { roomOpened { name } }';
    const stranger = client.iterate({ query, extensions: { headers: {} } });
    expect((await stranger.next()).value.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    const known = client.iterate<{ roomOpened: { name: string } }>({ query, extensions: { headers: factsToHeaders(facts(), secret) } });
    const first = known.next();
    // Nothing tells when the server has begun to listen, so rooms are opened until one is heard of.
    for (let isHeard = false; !isHeard; ) {
      await ask('mutation { openRoom(name: "Green") { room { id } } }');
      isHeard = await Promise.race([first.then(() => true), new Promise<boolean>((resolve) => setImmediate(resolve, false))]);
    }
    expect((await first).value.data.roomOpened.name).toBe('Green');
    await client.dispose();
  });
});

describe('services', () => {
  const services = (more: object) => createServices({ clock: world.clock, secret, name: 'analytics', ...more });

  it.each(['', '/', '/graphql', '/graphql/'])('ask another process as SYSTEM and pass its refusal on, its address ending in "%s"', async (end) => {
    const remote = services({ urls: { tickets: served.url + end } });
    expect(await remote.query('tickets', '{ allRooms }')).toEqual({ allRooms: 1 });
    await expect(remote.query('tickets', '{ missing }')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('ask a subgraph of the same process directly', async () => {
    const local = services({});
    local.register(world.subgraphs.tickets!);
    expect(await local.query('tickets', 'query ($n: Int) { allRooms rooms(first: $n) { totalCount } }', { n: 1 })).toMatchObject({ allRooms: 1 });
    await expect(local.query('tickets', '{ missing }')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(local.query('tickets', '{ broken }')).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(local.query('tickets', '{ nonsense }')).rejects.toThrow('does not fit its schema');
  });

  it('say UNAVAILABLE when the other part is away, silent or not there at all', async () => {
    await expect(services({}).query('tickets', '{ allRooms }')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(services({ urls: { tickets: `${served.url}/elsewhere` } }).query('tickets', '{ allRooms }')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(services({ urls: { tickets: 'http://127.0.0.1:9' } }).query('tickets', '{ allRooms }')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('ask once more when the line breaks, as that of a part that is being restarted does', async () => {
    const line = await openSlowLine(served.url);
    const remote = services({ urls: { tickets: line.url } });
    for (let nth = 0; nth < 3; nth += 1) {
      expect(await remote.query('tickets', '{ allRooms }')).toEqual({ allRooms: 1 });
      line.breakKept();
    }
    await line.close();
  });

  it('wait once for a part that sleeps, and then are told at once until it wakes', async () => {
    const line = await openSlowLine(served.url);
    const remote = services({ urls: { tickets: line.url }, timeoutMs: 500 });
    line.freeze();
    await expect(remote.query('tickets', '{ allRooms }')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const askTimed = async () => {
      const began = performance.now();
      await remote.query('tickets', '{ allRooms }').catch(() => null);
      return performance.now() - began;
    };
    await expect.poll(askTimed, { timeout: 10_000 }).toBeLessThan(100);
    line.thaw();
    await expect.poll(() => remote.query('tickets', '{ allRooms }').catch(() => null), { timeout: 10_000 }).toEqual({ allRooms: 1 });
    await line.close();
  });
});

it('lets go of a neighbour that asks without end over a kept line', async () => {
  const own = await serveSubgraph(world.subgraphs.tickets!, { port: 0, host: '127.0.0.1', secret, log: world.deps.log, clock: world.clock });
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  let answers = 0;
  const askAgain = (): void => {
    const request = get(`${own.url}/readyz`, { agent }, (response) => response.resume().once('end', () => {
      answers += 1;
      askAgain();
    }));
    request.once('error', () => undefined);
  };
  for (let lines = 0; lines < 8; lines += 1) askAgain();
  await expect.poll(() => answers, { interval: 1 }).toBeGreaterThan(10);
  const begun = performance.now();
  await own.close();
  expect(performance.now() - begun).toBeLessThan(5_000);
  agent.destroy();
});
