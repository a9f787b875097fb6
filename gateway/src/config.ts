import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { loadConfig } from '@careline/kit/config';
import { MOST } from './limit.ts';
import type { Planner } from './supergraph.ts';

/** Upper bounds of one request; what the README of the schema promises, and what protects it. */
export interface Limits {
  depth: number;
  aliases: number;
  /** Points of one operation. */
  cost: number;
  /** Items of one page. */
  page: number;
  /** Bytes of one GraphQL request or socket message. */
  bodyBytes: number;
  fields: number;
  tokens: number;
  socketsPerAddress: number;
  socketsPerIdentity: number;
  /** Live streams on one socket. */
  streamsPerSocket: number;
  /** The same for visitors, whose chat needs four. */
  streamsPerVisitorSocket: number;
  /** Operations that may run at a time; how many of these really may is learnt. */
  operations: number;
  /** Factor on every rate; 0 switches rates off. */
  rateScale: number;
}

export const DEFAULT_LIMITS: Limits = {
  depth: 12, aliases: 30, cost: 5_000, page: 100, bodyBytes: 262_144, fields: 1_000, tokens: 5_000,
  socketsPerAddress: 2_000, socketsPerIdentity: 30, streamsPerSocket: 200, streamsPerVisitorSocket: 16, operations: MOST, rateScale: 1,
};

export interface GatewayConfig {
  host: string;
  port: number;
  /** Address under which people reach the gateway; links and origin checks start from it. */
  publicUrl: string;
  isProduction: boolean;
  planner: Planner;
  /**
   * Who may send documents of its own: everyone, or only access tokens (all others send persisted ones).
   * `auto`: only access tokens in production, as soon as there is a manifest.
   */
  arbitraryDocuments: 'everyone' | 'tokens' | 'auto';
  /** Manifest of the persisted operations. */
  operationsFile: string;
  /** Folder of the built console and widget. */
  webRoot: string;
  /** Further origins that may open sockets and, listed here, call the API from a browser. */
  allowedOrigins: readonly string[];
  /** Origins whose pages may embed channels that list none, besides our own. In development every page may. */
  frameAncestors: readonly string[];
  /** The last entry of X-Forwarded-For is the caller. Only behind a proxy that writes it. */
  isProxyTrusted: boolean;
  limits: Limits;
  /** Between two pings to a client. */
  pingMs: number;
  /** In which a body of a REST path must have moved on by some kilobytes. */
  bodyPaceMs: number;
  /** How long running requests may take after a stop was asked for. */
  drainMs: number;
  /** Waiting time for one networked subgraph. */
  upstreamTimeoutMs: number;
  /** Between a sign of life of a networked subgraph and the next question for one, and the time it has to answer. */
  upstreamPingMs: number;
  /** `http://host:port/graphql` of each networked subgraph; empty when all live in this process. */
  subgraphUrls: Readonly<Record<string, string>>;
}

const webDist = (path: string) => fileURLToPath(new URL(`../../web/dist/${path}`, import.meta.url));

/** What a composition root sets; the rest has defaults. */
export type GatewaySettings = Partial<Omit<GatewayConfig, 'limits'>> & { limits?: Partial<Limits> };

/** Settings for what a caller leaves out: loopback, development, the Rust planner. */
export function gatewayConfig(given: GatewaySettings = {}): GatewayConfig {
  const port = given.port ?? 4000;
  return {
    host: '127.0.0.1', port, publicUrl: `http://127.0.0.1:${port}`, isProduction: false, planner: 'rust',
    arbitraryDocuments: 'auto',
    operationsFile: webDist('operations.json'), webRoot: webDist(''),
    allowedOrigins: [], frameAncestors: [], isProxyTrusted: false,
    pingMs: 12_000, bodyPaceMs: 30_000, drainMs: 10_000, upstreamTimeoutMs: 10_000, upstreamPingMs: 5_000, subgraphUrls: {},
    ...given,
    limits: { ...DEFAULT_LIMITS, ...given.limits },
  };
}

/** Whether a text is scheme, host and port and nothing else: no path, no wildcard. */
export const isExactOrigin = (text: string): boolean => /^https?:\/\/([\w.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i.test(text);

const origins = z.string().default('')
  .transform((text) => text.split(',').map((one) => one.trim().replace(/\/$/, '')).filter(Boolean))
  .refine((list) => list.every(isExactOrigin), 'must be exact origins such as https://shop.example, separated by commas');
const flag = z.enum(['0', '1', 'true', 'false']).default('0').transform((text) => text === '1' || text === 'true');

const shape = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: z.url().optional(),
  NODE_ENV: z.string().default('development'),
  PLANNER: z.enum(['rust', 'js']).default('rust'),
  ARBITRARY_DOCUMENTS: z.enum(['everyone', 'tokens', 'auto']).default('auto'),
  OPERATIONS_FILE: z.string().optional(),
  WEB_ROOT: z.string().optional(),
  ALLOWED_ORIGINS: origins,
  FRAME_ANCESTORS: origins,
  TRUST_PROXY: flag,
  RATE_LIMIT_SCALE: z.coerce.number().min(0).default(1),
  SOCKETS_PER_ADDRESS: z.coerce.number().int().min(1).default(DEFAULT_LIMITS.socketsPerAddress),
  SOCKETS_PER_IDENTITY: z.coerce.number().int().min(1).default(DEFAULT_LIMITS.socketsPerIdentity),
  DRAIN_MS: z.coerce.number().int().min(0).default(10_000),
  CONVERSATIONS_URL: z.url().optional(),
  TICKETS_URL: z.url().optional(),
  KNOWLEDGE_URL: z.url().optional(),
  ANALYTICS_URL: z.url().optional(),
});

/** The settings of this process from its environment. Throws ConfigError with all problems at once. */
export function loadGatewayConfig(env: Record<string, string | undefined> = process.env): GatewayConfig {
  const read = loadConfig(shape, env);
  const urls = { conversations: read.CONVERSATIONS_URL, tickets: read.TICKETS_URL, knowledge: read.KNOWLEDGE_URL, analytics: read.ANALYTICS_URL };
  return gatewayConfig({
    host: read.HOST, port: read.PORT, isProduction: read.NODE_ENV === 'production', planner: read.PLANNER,
    ...(read.PUBLIC_URL ? { publicUrl: read.PUBLIC_URL.replace(/\/$/, '') } : {}),
    arbitraryDocuments: read.ARBITRARY_DOCUMENTS,
    ...(read.OPERATIONS_FILE ? { operationsFile: read.OPERATIONS_FILE } : {}),
    ...(read.WEB_ROOT ? { webRoot: read.WEB_ROOT } : {}),
    allowedOrigins: read.ALLOWED_ORIGINS, frameAncestors: read.FRAME_ANCESTORS, isProxyTrusted: read.TRUST_PROXY,
    drainMs: read.DRAIN_MS,
    limits: { ...DEFAULT_LIMITS, rateScale: read.RATE_LIMIT_SCALE, socketsPerAddress: read.SOCKETS_PER_ADDRESS, socketsPerIdentity: read.SOCKETS_PER_IDENTITY },
    subgraphUrls: Object.fromEntries(Object.entries(urls).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  });
}
