import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { supergraphSdl } from '@careline/schema';
import type { Keyring } from '@careline/kit/crypto';
import type { Subgraph } from '@careline/kit/graphql';
import type { Live } from '@careline/kit/live';
import type { Logger } from '@careline/kit/observe';
import { connectRedis } from '@careline/kit/redis';
import { closeGently } from '@careline/kit/rest';
import type { Clock } from '@careline/kit/time';
import { Admission } from './admission.ts';
import { gatewayConfig, type GatewayConfig, type GatewaySettings } from './config.ts';
import { Documents } from './documents.ts';
import { createEmbedding } from './embedding.ts';
import { readArrival } from './facts.ts';
import { wantsGraphiql } from './graphiql.ts';
import { createHealthDoor, observeRequest, type ReadNeighbours } from './health.ts';
import { createHttpDoor } from './http.ts';
import { createIdentities } from './identity.ts';
import { answerPreflight } from './origins.ts';
import { readPersistedOperations } from './persisted.ts';
import { createPipeline } from './pipeline.ts';
import { RateLimiter } from './rates.ts';
import { createRestDoor } from './rest.ts';
import { readSchemaFacts } from './schema-facts.ts';
import { Sessions } from './sessions.ts';
import { createStaticDoor } from './static.ts';
import { createSocketDoor } from './subscriptions.ts';
import { openSupergraph } from './supergraph.ts';
import { createLocalTransport } from './transports/local.ts';
import { createRemoteTransport } from './transports/remote.ts';
import type { SubgraphTransport } from './transports/transport.ts';

/** What the gateway needs of its process; a part of `SubgraphDeps`. */
export interface GatewayDeps {
  keyring: Pick<Keyring, 'secret'>;
  redisUrl: string;
  clock: Clock;
  log: Logger;
  live: Live;
}

export interface GatewayOptions {
  deps: GatewayDeps;
  /** The subgraphs of this process. Left out: each is asked at its address in the configuration. */
  subgraphs?: readonly Subgraph[];
  config?: GatewaySettings;
  /** Another composed graph than the one of `schema/`. */
  supergraph?: string;
  /** Processes of this machine without a door of their own, whose counts `/metrics` prints too. */
  readNeighbours?: ReadNeighbours;
}

export interface Gateway {
  config: GatewayConfig;
  listen(): Promise<{ url: string }>;
  /** Asks every client to come again elsewhere, finishes what runs, then lets go of everything. */
  close(): Promise<void>;
}

/** The one door of the system. Its schema is loaded and its planner ready when this returns; nothing listens before `listen`. */
export async function createGateway({ deps, subgraphs, config: given, supergraph: sdl = supergraphSdl(), readNeighbours = async () => [] }: GatewayOptions): Promise<Gateway> {
  const config = gatewayConfig(given);
  const { log, live, clock } = deps;
  const transports = openTransports(config, deps, subgraphs);
  const facts = readSchemaFacts(sdl);
  const supergraph = await openSupergraph(sdl, config.planner, transports);
  const redis = connectRedis(deps.redisUrl, log, { enableOfflineQueue: false });
  const rates = new RateLimiter(redis, log, config.limits.rateScale);
  const identities = createIdentities(transports.get('conversations')!, live, clock, rates);
  const sessions = new Sessions(identities, live, clock, config.limits, log);
  const documents = new Documents(supergraph.schema, facts, config.limits);
  const persisted = readPersistedOperations(config.operationsFile);
  const admission = new Admission(config.limits.operations);
  const pipeline = createPipeline({ config, admission, documents, persisted, rates, supergraph, transports, log });
  const doors = { config, pipeline, identities, sessions, log };
  const sockets = createSocketDoor(doors);
  const health = createHealthDoor(transports, () => sessions.size, readNeighbours);
  const http = createServer({ requestTimeout: 0, headersTimeout: 15_000, keepAliveTimeout: 65_000, connectionsCheckingInterval: 3_000 });
  // Inactivity, not duration: a slow upload may take its time, a silent one may not.
  http.timeout = 120_000;
  const routes = { health, graphql: createHttpDoor(doors), rest: createRestDoor(config, deps, { identities, rates, admission }, subgraphs), web: createStaticDoor(config, createEmbedding(transports.get('conversations')!, { config, clock, rates, log })) };
  http.on('request', (req, res) => void route(req, res, routes, config, log));
  http.on('upgrade', (req, socket, head) => {
    if (targetOf(req)?.pathname === '/graphql') sockets.upgrade(req, socket, head);
    else socket.destroy();
  });
  let closing: Promise<void> | null = null;
  const shutDown = async () => {
    health.drain();
    const ended = closeGently(http, 1.5 * config.drainMs);
    await sessions.drain(config.drainMs);
    await sockets.close();
    await ended;
    identities.close();
    admission.close();
    rates.close();
    redis.disconnect();
    await supergraph.close();
    for (const transport of transports.values()) await transport.close();
  };
  return { config, listen: () => listen(http, config), close: () => (closing ??= shutDown()) };
}

function openTransports(config: GatewayConfig, deps: GatewayDeps, subgraphs: readonly Subgraph[] | undefined): Map<string, SubgraphTransport> {
  if (subgraphs) return new Map(subgraphs.map((subgraph) => [subgraph.name, createLocalTransport(subgraph, config.planner === 'rust')]));
  const secret = deps.keyring.secret('internal');
  const remotes = Object.entries(config.subgraphUrls).map(([name, url]) =>
    [name, createRemoteTransport({ url, secret, timeoutMs: config.upstreamTimeoutMs, keepAliveMs: config.upstreamPingMs })] as const);
  if (!config.subgraphUrls.conversations) throw new Error('without subgraphs in this process CONVERSATIONS_URL must be set');
  return new Map(remotes);
}

interface Routes {
  health: ReturnType<typeof createHealthDoor>;
  graphql: ReturnType<typeof createHttpDoor>;
  rest: ReturnType<typeof createRestDoor>;
  web: ReturnType<typeof createStaticDoor>;
}

/**
 * Where a request leads, its dot segments resolved: a door chosen by one spelling of a path must not hand on
 * another. Null for what names no path of ours.
 */
function targetOf(req: IncomingMessage): URL | null {
  const target = req.url ?? '/';
  return target.startsWith('/') && URL.canParse(`http://gateway${target}`) ? new URL(`http://gateway${target}`) : null;
}

async function route(req: IncomingMessage, res: ServerResponse, routes: Routes, config: GatewayConfig, log: Logger): Promise<void> {
  const arrival = readArrival(req, config);
  res.setHeader('x-request-id', arrival.requestId);
  res.setHeader('x-content-type-options', 'nosniff');
  const target = targetOf(req);
  if (!target) return void res.writeHead(400, { 'content-type': 'text/plain' }).end();
  const path = target.pathname;
  try {
    if (await routes.health.handle(path, req, res, arrival)) return;
    if (path === '/graphql') {
      observeRequest('graphql', res);
      if (answerPreflight(req, res, config)) return;
      if (wantsGraphiql(req, target, config)) return await routes.web.handle('/graphiql/', req, res, arrival);
      return await routes.graphql(req, res, arrival, target);
    }
    if (await routes.rest.handle(target, req, res, arrival)) return;
    await routes.web.handle(path, req, res, arrival);
  } catch (error) {
    log.error({ err: error, requestId: arrival.requestId, path }, 'a request failed');
    if (!res.headersSent) res.writeHead(500, { 'content-type': 'text/plain' });
    res.end();
  }
}

/** Connections that may wait to be taken: after a cut thousands come back at once, and who is not heard tries again only after seconds. */
const BACKLOG = 4_096;

function listen(http: Server, config: GatewayConfig): Promise<{ url: string }> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen({ port: config.port, host: config.host, backlog: BACKLOG }, () => {
      const { port } = http.address() as AddressInfo;
      const host = config.host.includes(':') ? `[${config.host}]` : config.host;
      resolve({ url: `http://${host}:${port}` });
    });
  });
}
