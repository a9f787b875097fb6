import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloServer, HeaderMap, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled, ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { AppError, Refusal } from '../errors/index.ts';
import { checkHealth, createReadiness, registry, type Logger } from '../observe/index.ts';
import { closeGently, readBody, sendJson, sendProblem } from '../rest/index.ts';
import { systemClock, type Clock } from '../time/index.ts';
import { factsFromHeaders } from './facts.ts';
import { maskErrors } from './mask-errors.ts';
import { serveSockets, type OnBegun } from './serve-sockets.ts';
import type { BaseContext, HealthReport, RequestFacts, Subgraph } from './subgraph.ts';

export interface ServeOptions {
  port: number;
  host: string;
  /** `keyring.secret('internal')`: what the gateway signs identities with. */
  secret: Buffer;
  log: Logger;
  clock?: Clock;
  /** Answers only how it is: health and metrics of a process that works on events and jobs. */
  isHealthOnly?: boolean;
  /** What this process uses besides the subgraph's own needs: waited for at the start, only reported later. */
  uses?: Record<string, () => Promise<unknown>>;
  onBegun?: OnBegun;
}

export interface Served {
  url: string;
  /** Takes no new line, ends the sockets, and waits for the answers under way, ten seconds at most. */
  close(): Promise<void>;
}

const BODY_LIMIT = 4 * 1024 * 1024;
/** How long answers under way may take after a stop was asked for. */
const DRAIN_MS = 10_000;

/**
 * Serves one subgraph to the gateway of another process: GraphQL over HTTP and WebSocket at `/graphql`,
 * its own routes, health and metrics. Believes identities only when they are signed.
 */
export async function serveSubgraph(subgraph: Subgraph, options: ServeOptions): Promise<Served> {
  const apollo = new ApolloServer<BaseContext>({
    schema: subgraph.schema,
    plugins: [ApolloServerPluginInlineTraceDisabled(), ApolloServerPluginLandingPageDisabled(), masking(options.log)],
    introspection: true, csrfPrevention: false, persistedQueries: false,
    stopOnTerminationSignals: false, includeStacktraceInErrorResponses: false,
  });
  await apollo.start();
  const clock = options.clock ?? systemClock;
  const factsOf = (headers: IncomingMessage['headers']) => factsFromHeaders(headers, options.secret, clock.now());
  const isReady = createReadiness();
  const readHealth = async () => {
    const [own, used] = await Promise.all([subgraph.health(), checkHealth(options.uses ?? {})]);
    const report = { ...own, checks: { ...own.checks, ...used.checks } };
    return { ...report, isReady: isReady(report) };
  };
  let isClosing = false;
  const server = createServer((req, res) => {
    // A neighbour that asks all the time would else hold its line, and with it this process, for ever.
    if (isClosing) res.setHeader('connection', 'close');
    const facts = factsOf(req.headers);
    answer({ subgraph, apollo: options.isHealthOnly ? null : apollo, readHealth }, req, res, facts).catch((error: unknown) => {
      if (!(error instanceof AppError) && !(error instanceof Refusal)) options.log.error({ err: error, requestId: facts.requestId }, 'a request failed');
      sendProblem(res, error, facts);
    });
  });
  const sockets = options.isHealthOnly ? null : serveSockets(subgraph, server, { factsOf, clock, log: options.log, onBegun: options.onBegun });
  const url = await listen(server, options);
  let closing: Promise<void> | undefined;
  const close = async () => {
    isClosing = true;
    const closed = closeGently(server, DRAIN_MS);
    await sockets?.close();
    await closed;
    await apollo.stop();
  };
  return { url, close: () => (closing ??= close()) };
}

function listen(server: Server, { port, host }: ServeOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const { port: given } = server.address() as AddressInfo;
      resolve(`http://${host.includes(':') ? `[${host}]` : host}:${given}`);
    });
  });
}

interface Answering {
  subgraph: Subgraph;
  apollo: ApolloServer<BaseContext> | null;
  readHealth(): Promise<HealthReport>;
}

async function answer({ subgraph, apollo, readHealth }: Answering, req: IncomingMessage, res: ServerResponse, facts: RequestFacts): Promise<void> {
  const path = (req.url ?? '/').split('?')[0]!;
  if (path === '/healthz') return sendJson(res, 200, { isAlive: true });
  if (path === '/readyz') {
    const health = await readHealth();
    return sendJson(res, health.isReady ? 200 : 503, health);
  }
  if (path === '/metrics') {
    res.writeHead(200, { 'content-type': registry.contentType }).end(await registry.metrics());
    return;
  }
  if (!apollo) throw new AppError('NOT_FOUND');
  if (subgraph.routePrefixes.some((prefix) => path.startsWith(prefix))) return subgraph.handle(req, res, facts);
  if (path !== '/graphql') throw new AppError('NOT_FOUND');
  await answerGraphql(subgraph, apollo, req, res, facts);
}

async function answerGraphql(subgraph: Subgraph, apollo: ApolloServer<BaseContext>, req: IncomingMessage, res: ServerResponse, facts: RequestFacts): Promise<void> {
  const body = req.method === 'POST' ? (await readBody(req, BODY_LIMIT)).toString('utf8') : '';
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(req.headers)) headers.set(name, Array.isArray(value) ? value.join(', ') : (value ?? ''));
  const answered = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: req.method ?? 'GET', headers, search: new URL(req.url ?? '/', 'http://careline.invalid').search, body: parseJson(body) },
    context: async () => subgraph.createContext(facts),
  });
  res.writeHead(answered.status ?? 200, Object.fromEntries(answered.headers));
  if (answered.body.kind === 'complete') {
    res.end(answered.body.string);
    return;
  }
  for await (const chunk of answered.body.asyncIterator) res.write(chunk);
  res.end();
}

function parseJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('BAD_USER_INPUT', { internal: 'the body is not JSON', cause });
  }
}

function masking(log: Logger): ApolloServerPlugin<BaseContext> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ response, errors, contextValue }) {
          if (!errors || response.body.kind !== 'single') return;
          response.body.singleResult.errors = maskErrors(errors, contextValue, log).map((error) => error.toJSON());
        },
      };
    },
  };
}
