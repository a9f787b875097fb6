import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Identity } from '@careline/kit/auth';
import { createKeyring } from '@careline/kit/crypto';
import { serveSubgraph, type Served, type Subgraph } from '@careline/kit/graphql';
import { createLive, type Live } from '@careline/kit/live';
import { createLogger } from '@careline/kit/observe';
import { openSlowLine, testPlanner, testPrefix, testRedisUrl, testShape, type SlowLine } from '@careline/kit/testing';
import { systemClock } from '@careline/kit/time';
import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import type { GatewaySettings } from '../config.ts';
import { createGateway, type Gateway } from '../gateway.ts';
import type { Planner } from '../supergraph.ts';
import { smallConversations, smallSupergraph, smallTickets } from './small-graph.ts';

interface Column {
  shape: 'local' | 'networked';
  planner: Planner;
}

/** How the gateways of this run reach their subgraphs, and their planner. */
const COLUMN: Column = { shape: testShape() === 'many' ? 'networked' : 'local', planner: testPlanner() };

/** Every combination the gateway must behave the same in; only its own in a run that names one. */
export const SHAPES: Column[] = process.env.SHAPE || process.env.PLANNER ? [COLUMN] : [
  { shape: 'local', planner: 'rust' }, { shape: 'local', planner: 'js' },
  { shape: 'networked', planner: 'rust' }, { shape: 'networked', planner: 'js' },
];

export interface Answer {
  status: number;
  headers: Headers;
  data: Record<string, never> | null;
  errors: { message: string; path?: unknown; extensions: { code: string; requestId: string; retryAfterMs?: number } }[] | undefined;
  extensions: { cost: { points: number; limit: number } } | undefined;
  text: string;
}

/** A gateway over the small graph, with what tests need to look behind it. */
export interface OpenGateway {
  url: string;
  gateway: Gateway;
  live: Live;
  tokens: Map<string, Identity>;
  /** Pages listed by channel key. */
  origins: Map<string, string[]>;
  conversations: ReturnType<typeof smallConversations>;
  logged: string[];
  /** The networked subgraphs by name, to be killed; empty in one process. */
  served: Map<string, Served>;
  /** Their lines to the gateway, on which time can stand still. */
  lines: Map<string, SlowLine>;
  folder: string;
  ask(query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<Answer>;
  post(body: string, headers?: Record<string, string>): Promise<Answer>;
  /** A graphql-ws client that does not mend its line. */
  connect(params?: Record<string, unknown>, origin?: string): Client & { closed: Promise<{ code: number; reason: string }> };
  close(): Promise<void>;
}

export async function openGateway(given: Partial<Column> & { config?: GatewaySettings; folder?: string } = {}): Promise<OpenGateway> {
  const { shape, planner } = { ...COLUMN, ...given };
  const logged: string[] = [];
  const log = createLogger({ name: 'test', level: 'warn', sink: { write: (line) => void logged.push(line) } });
  const redisUrl = testRedisUrl(testPrefix());
  const live = await createLive({ redisUrl, log });
  const keyring = createKeyring({});
  const tokens = new Map<string, Identity>();
  const origins = new Map<string, string[]>();
  const parts = { clock: systemClock, log, live, tokens, origins };
  const conversations = smallConversations(parts);
  const subgraphs: Subgraph[] = [conversations, smallTickets(parts)];
  const served = new Map<string, Served>();
  const folder = given.folder ?? mkdtempSync(join(tmpdir(), 'gateway-'));
  const lines = new Map<string, SlowLine>();
  if (shape === 'networked') for (const subgraph of subgraphs) {
    const own = await serveSubgraph(subgraph, { port: 0, host: '127.0.0.1', secret: keyring.secret('internal'), log });
    served.set(subgraph.name, own);
    lines.set(subgraph.name, await openSlowLine(own.url));
  }
  const gateway = await createGateway({
    deps: { keyring, redisUrl, clock: systemClock, log, live },
    ...(shape === 'networked' ? {} : { subgraphs }),
    supergraph: smallSupergraph(),
    config: {
      port: 0, planner, drainMs: 500, upstreamTimeoutMs: 3_000, webRoot: folder, operationsFile: join(folder, 'operations.json'),
      subgraphUrls: Object.fromEntries([...lines].map(([name, { url }]) => [name, `${url}/graphql`])),
      ...given.config,
    },
  });
  const { url } = await gateway.listen();
  const post = (body: string, headers: Record<string, string> = {}) => read(fetch(`${url}/graphql`, { method: 'POST', body, headers: { 'content-type': 'application/json', 'accept-language': 'en', ...headers } }));
  return {
    url, gateway, live, tokens, origins, conversations, logged, served, lines, folder, post,
    ask: (query, variables, headers) => post(JSON.stringify({ query, variables }), headers),
    connect: (params = {}, origin) => connect(url, params, origin),
    async close() {
      await gateway.close();
      for (const line of lines.values()) await line.close();
      for (const one of served.values()) await one.close();
      await live.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function read(pending: Promise<Response>): Promise<Answer> {
  const response = await pending;
  const text = await response.text();
  const body = text.startsWith('{') ? (JSON.parse(text) as Partial<Answer>) : {};
  return { status: response.status, headers: response.headers, data: body.data ?? null, errors: body.errors, extensions: body.extensions, text };
}

/** A graphql-ws client that opens its line at once and does not mend it; `closed` says how it ended. */
export function connect(url: string, connectionParams: Record<string, unknown>, origin = url): ReturnType<OpenGateway['connect']> {
  let ended: (value: { code: number; reason: string }) => void;
  const closed = new Promise<{ code: number; reason: string }>((resolve) => { ended = resolve; });
  class FromPage extends WebSocket {
    constructor(address: string, protocols: string | string[]) {
      super(address, protocols, { origin });
      this.on('unexpected-response', (_request, response) => ended({ code: response.statusCode!, reason: 'refused' }));
    }
  }
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: FromPage, connectionParams, lazy: false, retryAttempts: 0, onNonLazyError: () => undefined,
    on: { closed: (event) => { const { code, reason } = event as { code: number; reason: string }; ended({ code, reason }); } },
  });
  return Object.assign(client, { closed });
}

/** The answers of one operation, one after the other; fails when the next one does not come within two seconds. */
export function answersOf(client: Client, query: string, variables: Record<string, unknown> = {}, operationName?: string): { next(): Promise<Answer>; stop(): void; ended: Promise<unknown> } {
  const waiting: ((answer: Answer) => void)[] = [];
  const come: Answer[] = [];
  let end: (value: unknown) => void;
  const ended = new Promise((resolve) => { end = resolve; });
  const stop = client.subscribe({ query, variables, operationName }, {
    next: (answer) => { const wait = waiting.shift(); if (wait) wait(answer as unknown as Answer); else come.push(answer as unknown as Answer); },
    // A lost line comes as a close event, which would print as an empty object.
    error: (error) => end(Array.isArray(error) ? error : { code: (error as { code?: number }).code }),
    complete: () => end('complete'),
  });
  return {
    stop, ended,
    next: () => new Promise((resolve, reject) => {
      const before = come.shift();
      if (before) return resolve(before);
      const timer = setTimeout(reject, 2_000, new Error('no answer came'));
      void ended.then((reason) => reject(new Error(`ended before: ${JSON.stringify(reason)}`)));
      waiting.push((answer) => { clearTimeout(timer); resolve(answer); });
    }),
  };
}
