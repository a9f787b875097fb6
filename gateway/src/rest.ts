import { Agent, request as httpRequest, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline as pipe } from 'node:stream/promises';
import { appError } from '@careline/kit/errors';
import { factsToHeaders, type RequestFacts, type Subgraph } from '@careline/kit/graphql';
import { endAnswer, sendProblem } from '@careline/kit/rest';
import type { Admission, NoPlace } from './admission.ts';
import type { GatewayConfig } from './config.ts';
import { readBearer, type Arrival } from './facts.ts';
import type { GatewayDeps } from './gateway.ts';
import { observeRequest } from './health.ts';
import type { Identities } from './identity.ts';
import type { RateLimiter } from './rates.ts';

/** Paths that subgraphs answer themselves, when they live elsewhere and cannot be asked which. */
const DOORS: [prefix: string, subgraph: string][] = [['/uploads/', 'tickets'], ['/create_ticket', 'tickets'], ['/help', 'knowledge']];

/** Paths that count as the root field that does the same. */
const RATED: Readonly<Record<string, string>> = { '/create_ticket': 'createTickets' };

/** What one hop must not hand to the next, and what only the gateway itself may say. */
const DROPPED = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect', 'host', 'authorization', 'cookie']);
const isDropped = (name: string) => DROPPED.has(name) || name.startsWith('x-careline-');

/** What a body must bring in each `bodyPaceMs`; who sends less only holds the line. Uploads that were cut go on later. */
const PACE_BYTES = 8_192;

export interface RestDoor {
  /** Answers when the path belongs to a subgraph; false otherwise. */
  handle(target: URL, req: IncomingMessage, res: ServerResponse, arrival: Arrival): Promise<boolean>;
}

/**
 * Hands the REST paths to their subgraphs, with the identity of the bearer token when there is one.
 * Bodies stream through in both directions: an upload is never held here.
 */
export function createRestDoor(config: GatewayConfig, deps: GatewayDeps, { identities, rates, admission }: { identities: Identities; rates: RateLimiter; admission: Admission }, subgraphs: readonly Subgraph[] | undefined): RestDoor {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 16 });
  const local = subgraphs?.flatMap((subgraph) => subgraph.routePrefixes.map((prefix) => [prefix, subgraph] as const));
  return {
    async handle(target, req, res, arrival) {
      const path = target.pathname;
      const subgraph = local?.find(([prefix]) => isUnder(path, prefix))?.[1];
      const remote = local ? undefined : DOORS.find(([prefix]) => isUnder(path, prefix))?.[1];
      if (!subgraph && !remote) return false;
      observeRequest(path.split('/')[1]!, res);
      keepPace(req, config.bodyPaceMs);
      const url = remote && config.subgraphUrls[remote];
      let facts: RequestFacts = { ...arrival, identity: null };
      const token = readBearer(req.headers.authorization);
      const isUpload = path.startsWith('/uploads/');
      const place = admission.enter(null, isUpload ? 'work' : 'bulk', token ?? arrival.address ?? '');
      if ('code' in place) return refuse(res, place, facts);
      // How long an upload takes says something of its sender's line, not of us.
      if (isUpload) place.leave(false);
      try {
        facts = { ...arrival, identity: token ? await identities.of(token, arrival.address) : null };
        countRequest(rates, path, facts, res);
        if (subgraph) await subgraph.handle(req, res, facts);
        else if (url) await forward({ url: new URL(path + target.search, url), agent, own: factsToHeaders(facts, deps.keyring.secret('internal')), timeoutMs: config.upstreamTimeoutMs }, req, res);
        else throw appError('UNAVAILABLE', { internal: `${remote} has no address` });
      } catch (error) {
        if (!req.destroyed) deps.log.warn({ err: error, requestId: arrival.requestId, path }, 'a REST request failed');
        sendProblem(res, error, facts);
      } finally {
        place.leave(false);
      }
      return true;
    },
  };
}

function refuse(res: ServerResponse, { code, retryAfterMs }: NoPlace, facts: RequestFacts): true {
  res.setHeader('retry-after', String(Math.ceil(retryAfterMs / 1000)));
  res.setHeader('connection', 'close');
  sendProblem(res, appError(code, { retryAfterMs }), facts);
  return true;
}

/** Counts a request and, where its path has a rate of its own, tells its sender what is left of that. Throws RATE_LIMITED when nothing is. */
function countRequest(rates: RateLimiter, path: string, facts: RequestFacts, res: ServerResponse): void {
  const field = RATED[path];
  const now = Date.now();
  const waitMs = Math.max(rates.arrive(facts, now), field ? rates.take([field], facts, now) : 0);
  const left = field ? rates.left(field, facts, now) : null;
  if (left) for (const [name, value] of Object.entries({ limit: left.limit, remaining: left.remaining, reset: Math.ceil(left.resetMs / 1_000) })) res.setHeader(`ratelimit-${name}`, value);
  if (waitMs === 0) return;
  res.setHeader('retry-after', Math.ceil(waitMs / 1_000));
  throw appError('RATE_LIMITED', { retryAfterMs: waitMs });
}

/** Cuts a request whose body drips: slower than this it would hold its line for hours. */
function keepPace(req: IncomingMessage, everyMs: number): void {
  let before = req.socket.bytesRead;
  const timer = setInterval(() => {
    const isOursToRead = req.readableLength > 0;
    if (!req.complete && !isOursToRead && req.socket.bytesRead - before < PACE_BYTES) req.destroy();
    before = req.socket.bytesRead;
  }, everyMs);
  req.once('close', () => clearInterval(timer));
}

const isUnder = (path: string, prefix: string) => path === prefix.replace(/\/$/, '') || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);

interface Way {
  url: URL;
  agent: Agent;
  /** What the gateway itself says of the request. */
  own: Record<string, string>;
  timeoutMs: number;
}

function forward({ url, agent, own, timeoutMs }: Way, req: IncomingMessage, res: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    const isSecure = url.protocol === 'https:';
    const upstream = (isSecure ? httpsRequest : httpRequest)(url, { method: req.method, headers: { ...pass(req.headers), ...own }, ...(isSecure ? {} : { agent }) });
    giveUpWhenSilent(req, upstream, res, timeoutMs);
    const away = (cause: unknown) => reject(appError('UNAVAILABLE', { internal: 'a subgraph is away', cause, retryAfterMs: 1_000 }));
    // Before a body is there: a subgraph may refuse it by its length alone.
    if (!req.complete) upstream.flushHeaders();
    upstream.once('response', (answer) => {
      res.writeHead(answer.statusCode ?? 502, pass(answer.headers));
      pipe(answer, res, { end: false }).then(() => endAnswer(res), () => void res.destroy()).then(resolve);
    });
    upstream.once('error', away);
    res.once('close', () => { if (!res.writableEnded) upstream.destroy(); });
    pipe(req, upstream).catch(away);
  });
}

/** Ends a request whose next step the subgraph has owed for `timeoutMs`; a client that sends or reads slowly is waited for. */
function giveUpWhenSilent(req: IncomingMessage, upstream: ClientRequest, res: ServerResponse, timeoutMs: number): void {
  let moved = 0;
  let owedSince = performance.now();
  const timer = setInterval(() => {
    const now = (upstream.socket?.bytesWritten ?? 0) + (upstream.socket?.bytesRead ?? 0);
    const isOwed = (req.readableEnded || upstream.writableNeedDrain) && !res.writableNeedDrain;
    if (!isOwed || now !== moved) owedSince = performance.now();
    moved = now;
    if (performance.now() - owedSince >= timeoutMs) upstream.destroy(new Error(`no answer within ${timeoutMs} ms`));
  }, timeoutMs / 10);
  upstream.once('close', () => clearInterval(timer));
}

const pass = (headers: IncomingHttpHeaders) => Object.fromEntries(Object.entries(headers).filter(([name]) => !isDropped(name)));
