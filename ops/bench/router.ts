// What the router costs: an operation of one subgraph and one of three through the gateway, beside the same work asked of the
// subgraphs' own HTTP doors by a client that knows the plan. In one process, and over the network.
// npm run bench -- router [--seconds 3] [--rounds 5] [--connections 8] [--json]
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { systemIdentity, type Identity } from '@careline/kit/auth';
import { createKeyring } from '@careline/kit/crypto';
import { factsToHeaders } from '@careline/kit/graphql';
import { median, percentile, report } from '../harness/figures.ts';
import { setUpStaff } from '../harness/people.ts';
import { startSystem, type System } from '../harness/system.ts';
import { fillDesk } from './parts/desk.ts';
import { Poster } from './parts/post.ts';

const { values: options } = parseArgs({
  options: { seconds: { type: 'string', default: '3' }, rounds: { type: 'string', default: '5' }, connections: { type: 'string', default: '8' }, json: { type: 'boolean', default: false } },
});
const CONNECTIONS = Number(options.connections);
const WARM_UP_SECONDS = 2;
const say = (text: string) => process.stderr.write(`${text}\n`);

const ROWS = 'id number state priority tags lastSeq unreadCount version customer { id number displayName } queue { id name }';
const ONE = `query One($first: Int!) { conversations(first: $first) { nodes { ${ROWS} agent { id displayName } } pageInfo { hasNextPage endCursor } } }`;
const TICKETS = 'tickets(first: 3) { nodes { id number subject state priority } }';
const WORKLOAD = 'workload { conversationCount messageCount firstResponseSecondsMean }';
const THREE = `query Three($first: Int!) { conversations(first: $first) { nodes { ${ROWS} agent { id displayName ${WORKLOAD} } ${TICKETS} } pageInfo { hasNextPage endCursor } } }`;
const ENTITIES = (type: string, fields: string) => `query Entities($representations: [_Any!]!) { _entities(representations: $representations) { ... on ${type} { ${fields} } } }`;
const VARIABLES = { first: 20 };

/** One way to get an answer. */
type Way = (poster: Poster) => Promise<unknown>;

interface Shape {
  name: string;
  router: { one: Way; three: Way };
  direct: { one: Way; three: Way };
  stop(): Promise<void>;
}

interface Nodes {
  conversations: { nodes: { id: string; agent: { id: string } | null }[] };
}

function throughRouter(url: string, token: string): Shape['router'] {
  const headers = { authorization: `Bearer ${token}` };
  return { one: (poster) => poster.ask(url, headers, ONE, VARIABLES), three: (poster) => poster.ask(url, headers, THREE, VARIABLES) };
}

/** What the planner would do, by hand: the list first, then the entities of the two others at once. */
function atTheDoors(urls: Record<string, string>, headersOf: () => Record<string, string>): Shape['direct'] {
  const three: Way = async (poster) => {
    const headers = headersOf();
    const { conversations } = await poster.ask<Nodes>(urls.conversations!, headers, ONE, VARIABLES);
    const agentIds = [...new Set(conversations.nodes.flatMap((node) => (node.agent ? [node.agent.id] : [])))];
    await Promise.all([
      poster.ask(urls.tickets!, headers, ENTITIES('Conversation', TICKETS), { representations: conversations.nodes.map(({ id }) => ({ __typename: 'Conversation', id })) }),
      poster.ask(urls.analytics!, headers, ENTITIES('Agent', WORKLOAD), { representations: agentIds.map((id) => ({ __typename: 'Agent', id })) }),
    ]);
  };
  return { one: (poster) => poster.ask(urls.conversations!, headersOf(), ONE, VARIABLES), three };
}

/** Signed headers as the gateway would send them for this token. */
async function headersFor(system: System, conversationsUrl: string, token: string): Promise<() => Record<string, string>> {
  const secret = createKeyring({ file: join(system.dataDir, 'keys.json') }).secret('internal');
  const facts = { requestId: 'bench-router', locale: 'EN' as const, address: '127.0.0.1', device: null, clientName: null, pageOrigin: null };
  const poster = new Poster(1);
  const { identity } = await poster.ask<{ identity: Identity }>(conversationsUrl, factsToHeaders({ ...facts, identity: systemIdentity('gateway', Date.now()) }, secret), 'query ($token: String!) { identity(token: $token) }', { token });
  poster.close();
  return () => factsToHeaders({ ...facts, identity }, secret);
}

async function openDoors(system: System): Promise<{ child: ChildProcess; urls: Record<string, string> }> {
  const child = fork(fileURLToPath(new URL('./parts/doors.ts', import.meta.url)), { execArgv: ['--import', 'tsx'], env: { ...process.env, ...system.env } });
  const urls = await new Promise<Record<string, string>>((resolve, reject) => {
    child.once('message', (message: { urls: Record<string, string> }) => resolve(message.urls));
    child.once('exit', (code) => reject(new Error(`the doors did not open: ${code}`)));
  });
  return { child, urls };
}

async function openShape(shape: 'one' | 'many'): Promise<Shape> {
  const system = await startSystem(shape);
  const url = `http://127.0.0.1:${system.gateways[0]!.port}`;
  const staff = await setUpStaff(url);
  await fillDesk(url, staff, VARIABLES.first);
  const doors = shape === 'one' ? await openDoors(system) : null;
  const urls = doors?.urls ?? Object.fromEntries(system.parts.filter((part) => part.name.endsWith('-api')).map((part) => [part.name.slice(0, -4), `http://127.0.0.1:${part.port}`]));
  return {
    name: shape === 'one' ? 'one process' : 'networked', router: throughRouter(url, staff.token), direct: atTheDoors(urls, await headersFor(system, urls.conversations!, staff.token)),
    stop: async () => {
      doors?.child.disconnect();
      await system.stop();
    },
  };
}

interface Run {
  perSecond: number;
  ms: number[];
}

async function run(way: Way, seconds: number): Promise<Run> {
  const poster = new Poster(CONNECTIONS * 2);
  const ms: number[] = [];
  const until = performance.now() + seconds * 1000;
  await Promise.all(Array.from({ length: CONNECTIONS }, async () => {
    while (performance.now() < until) {
      const from = performance.now();
      await way(poster);
      ms.push(performance.now() - from);
    }
  }));
  poster.close();
  return { perSecond: ms.length / seconds, ms };
}

async function compare(shape: Shape, kind: 'one' | 'three'): Promise<number> {
  const [router, direct] = [shape.router[kind], shape.direct[kind]];
  for (const way of [direct, router]) await run(way, WARM_UP_SECONDS);
  const ratios: number[] = [];
  for (let round = 0; round < Number(options.rounds); round++) {
    // Who goes first changes, so that a machine that slows down favours neither.
    const first = await run(round % 2 === 0 ? direct : router, Number(options.seconds));
    const second = await run(round % 2 === 0 ? router : direct, Number(options.seconds));
    const [below, above] = round % 2 === 0 ? [first, second] : [second, first];
    ratios.push(above.perSecond / below.perSecond);
    const spell = (name: string, { perSecond, ms }: Run) => `${name} ${perSecond.toFixed(0).padStart(5)}/s p50 ${median(ms).toFixed(1)} p99 ${percentile(ms, 0.99).toFixed(1)} ms`;
    say(`${shape.name}, ${kind.padEnd(5)}  ${spell('direct', below)}   ${spell('router', above)}`);
  }
  return median(ratios);
}

async function main(): Promise<void> {
  const figures: Record<string, number> = {};
  for (const [shape, prefix] of [['one', 'router'], ['many', 'networked']] as const) {
    const opened = await openShape(shape);
    try {
      figures[`${prefix}_ratio_1`] = await compare(opened, 'one');
      figures[`${prefix}_ratio_3`] = await compare(opened, 'three');
    } finally {
      await opened.stop();
    }
  }
  report('router', figures, options.json);
}

await main();
process.exit(0);
