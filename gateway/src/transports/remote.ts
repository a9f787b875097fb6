import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { GraphQLError, print, type DocumentNode, type ExecutionResult, type GraphQLFormattedError } from 'graphql';
import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import { appError } from '@careline/kit/errors';
import { factsToHeaders } from '@careline/kit/graphql';
import { LiveStream } from '@careline/kit/live';
import { gauge } from '@careline/kit/observe';
import type { Ask, SubgraphTransport } from './transport.ts';

export interface RemoteOptions {
  /** `http://host:port/graphql` */
  url: string;
  /** Key of the signature under which identities travel. */
  secret: Buffer;
  timeoutMs: number;
  /** Silence after which the shared socket counts as dead. */
  keepAliveMs: number;
}

/** Questions under way to one subgraph; beyond that it is taken for away. */
const UNDER_WAY_MAX = 1_024;
const underWay = new Map<string, number>();
gauge('careline_gateway_upstream_questions', 'Questions under way to each networked subgraph.', ['host'], (metric) => {
  for (const [host, count] of underWay) metric.set({ host }, count);
});

const texts = new WeakMap<DocumentNode, string>();

/**
 * Asks a subgraph over the network: queries by HTTP with kept connections, live streams all over one
 * shared socket on which each carries its own signed identity.
 *
 * A dropped socket ends its streams with UNAVAILABLE instead of being mended in silence: only the client
 * knows its last position, and a stream resumed with its first one would replay everything since.
 */
export function createRemoteTransport(options: RemoteOptions): SubgraphTransport {
  const url = new URL(options.url);
  const agent = new Agent({ keepAlive: true, maxSockets: 128, maxFreeSockets: 32 });
  const client = openSocket(options);
  return {
    query: (ask) => bounded(url.host, async () => {
      const body = JSON.stringify({ query: textOf(ask.document), variables: ask.variables, operationName: ask.operationName ?? undefined });
      const text = await post(url, agent, body, factsToHeaders(ask.context.facts, options.secret), options.timeoutMs);
      return readResult(text);
    }),
    subscribe: async (ask) => stream(client, ask, options.secret),
    health: async () => {
      const isUp = await probe(new URL('/readyz', url), agent, 2_000);
      return { isReady: isUp, checks: { answers: isUp } };
    },
    close: async () => {
      await client.dispose();
      agent.destroy();
    },
  };
}

async function bounded<T>(host: string, ask: () => Promise<T>): Promise<T> {
  const running = underWay.get(host) ?? 0;
  if (running >= UNDER_WAY_MAX) throw away(new Error(`${running} questions are under way`));
  underWay.set(host, running + 1);
  try {
    return await ask();
  } finally {
    underWay.set(host, underWay.get(host)! - 1);
  }
}

function textOf(document: DocumentNode): string {
  const before = texts.get(document);
  if (before) return before;
  const text = print(document);
  texts.set(document, text);
  return text;
}

function openSocket(options: RemoteOptions): Client {
  // A pong that stays away must close the socket: a half-open line would swallow events in silence.
  let overdue: NodeJS.Timeout | undefined;
  let socket: WebSocket | undefined;
  return createClient({
    url: options.url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    lazy: true,
    lazyCloseTimeout: 30_000,
    keepAlive: options.keepAliveMs,
    retryAttempts: 0,
    on: {
      connected: (value) => { socket = value as WebSocket; },
      ping: (isReceived) => {
        if (!isReceived) overdue = setTimeout(() => socket?.terminate(), options.keepAliveMs);
      },
      pong: (isReceived) => { if (isReceived) clearTimeout(overdue); },
      closed: () => clearTimeout(overdue),
    },
  });
}

function stream(client: Client, ask: Ask, secret: Buffer): AsyncIterableIterator<ExecutionResult> {
  let stop: () => void = () => undefined;
  const events = new LiveStream<ExecutionResult>(() => stop());
  stop = client.subscribe(
    {
      query: textOf(ask.document), variables: ask.variables, operationName: ask.operationName ?? null,
      extensions: { headers: factsToHeaders(ask.context.facts, secret) },
    },
    {
      next: (result) => events.push(revive(result as ExecutionResult)),
      // The server's refusal comes as a list of errors; a lost line as a close event or an error.
      error: (cause) => {
        if (Array.isArray(cause)) {
          events.push(revive({ errors: cause as GraphQLError[] }));
          events.close();
        } else events.close(away(cause));
      },
      complete: () => events.close(),
    },
  );
  return events;
}

const away = (cause: unknown) => appError('UNAVAILABLE', { internal: 'a subgraph is away', cause, retryAfterMs: 1_000 });

function readResult(text: string): ExecutionResult {
  try {
    return revive(JSON.parse(text) as ExecutionResult);
  } catch (cause) {
    throw away(cause);
  }
}

function revive(result: ExecutionResult): ExecutionResult {
  if (!result.errors) return result;
  const errors = (result.errors as readonly GraphQLFormattedError[]).map((error) => new GraphQLError(error.message, { path: error.path, extensions: error.extensions }));
  return { ...result, errors };
}

function post(url: URL, agent: Agent, body: string, headers: Record<string, string>, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, {
      method: 'POST', ...(url.protocol === 'https:' ? {} : { agent }), timeout: timeoutMs,
      headers: { ...headers, 'content-type': 'application/json', accept: 'application/json', 'content-length': Buffer.byteLength(body) },
    }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if ((response.statusCode ?? 500) >= 500 && !text.startsWith('{')) reject(away(new Error(`status ${response.statusCode}`)));
        else resolve(text);
      });
      response.on('error', (cause) => reject(away(cause)));
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    request.on('error', (cause) => reject(away(cause)));
    request.end(body);
  });
}

function probe(url: URL, agent: Agent, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, { ...(url.protocol === 'https:' ? {} : { agent }), timeout: timeoutMs }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
    request.end();
  });
}

