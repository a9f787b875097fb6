import { Agent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline as pipe } from 'node:stream/promises';
import { appError } from '@careline/kit/errors';
import { factsToHeaders, type RequestFacts, type Subgraph } from '@careline/kit/graphql';
import { sendProblem } from '@careline/kit/rest';
import type { Admission, NoPlace } from './admission.ts';
import type { GatewayConfig } from './config.ts';
import { readBearer, type Arrival } from './facts.ts';
import type { GatewayDeps } from './gateway.ts';
import { observeRequest } from './health.ts';
import type { Identities } from './identity.ts';

/** Paths that subgraphs answer themselves, when they live elsewhere and cannot be asked which. */
const DOORS: [prefix: string, subgraph: string][] = [['/uploads/', 'tickets'], ['/help', 'knowledge']];

/** What one hop must not hand to the next, and what only the gateway itself may say. */
const DROPPED = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect', 'host', 'authorization', 'cookie']);
const isDropped = (name: string) => DROPPED.has(name) || name.startsWith('x-careline-');

interface RestParts {
  identities: Identities;
  admission: Admission;
  /** Those of this process. */
  subgraphs: readonly Subgraph[] | undefined;
}

export interface RestDoor {
  /** Answers when the path belongs to a subgraph; false otherwise. */
  handle(path: string, req: IncomingMessage, res: ServerResponse, arrival: Arrival): Promise<boolean>;
}

/**
 * Hands the REST paths to their subgraphs, with the identity of the bearer token when there is one.
 * Bodies stream through in both directions: an upload is never held here.
 */
export function createRestDoor(config: GatewayConfig, deps: GatewayDeps, { identities, admission, subgraphs }: RestParts): RestDoor {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 16 });
  const local = subgraphs?.flatMap((subgraph) => subgraph.routePrefixes.map((prefix) => [prefix, subgraph] as const));
  return {
    async handle(path, req, res, arrival) {
      const subgraph = local?.find(([prefix]) => isUnder(path, prefix))?.[1];
      const remote = local ? undefined : DOORS.find(([prefix]) => isUnder(path, prefix))?.[1];
      if (!subgraph && !remote) return false;
      observeRequest(path.split('/')[1]!, res);
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
        if (subgraph) await subgraph.handle(req, res, facts);
        else if (url) await forward(new URL(req.url!, url), agent, req, res, factsToHeaders(facts, deps.keyring.secret('internal')));
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

const isUnder = (path: string, prefix: string) => path === prefix.replace(/\/$/, '') || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);

function forward(url: URL, agent: Agent, req: IncomingMessage, res: ServerResponse, own: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const isSecure = url.protocol === 'https:';
    const upstream = (isSecure ? httpsRequest : httpRequest)(url, { method: req.method, headers: { ...pass(req.headers), ...own }, ...(isSecure ? {} : { agent }) });
    const away = (cause: unknown) => reject(appError('UNAVAILABLE', { internal: 'a subgraph is away', cause, retryAfterMs: 1_000 }));
    upstream.once('response', (answer) => {
      res.writeHead(answer.statusCode ?? 502, pass(answer.headers));
      pipe(answer, res).then(resolve, () => {
        res.destroy();
        resolve();
      });
    });
    upstream.once('error', away);
    res.once('close', () => { if (!res.writableEnded) upstream.destroy(); });
    pipe(req, upstream).catch(away);
  });
}

const pass = (headers: IncomingHttpHeaders) => Object.fromEntries(Object.entries(headers).filter(([name]) => !isDropped(name)));
