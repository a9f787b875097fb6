import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SubgraphName } from '@careline/schema';
import type { GraphQLSchema } from 'graphql';
import type { Identity, Viewer } from '../auth/index.ts';
import type { Keyring } from '../crypto/index.ts';
import type { Locale } from '../errors/index.ts';
import type { Logger } from '../observe/index.ts';
import type { Clock } from '../time/index.ts';

/** What the gateway (or the subgraph's own server) knows of one operation. */
export interface RequestFacts {
  identity: Identity | null;
  requestId: string;
  locale: Locale;
  /** Network address of the caller; null inside the system. */
  address: string | null;
  /** User agent, shortened to `Chrome on Windows`; null when unknown. */
  device: string | null;
  /** `x-client-name`; null when not said. */
  clientName: string | null;
  /** Origin of the page that asks, as its browser wrote it. Null or absent: a page of our own, or no page. */
  pageOrigin?: string | null;
}

/** What every resolver and verb gets (`createBaseContext`); each subgraph adds its database and loaders. */
export interface BaseContext {
  viewer: Viewer;
  requestId: string;
  locale: Locale;
  address: string | null;
  device: string | null;
  pageOrigin?: string | null;
  clock: Clock;
  keyring: Keyring;
  log: Logger;
}

export interface HealthReport {
  isReady: boolean;
  /** Name of each dependency and whether it answers. */
  checks: Record<string, boolean>;
}

/**
 * The one front door of a subgraph, for the composition roots (one process or many)
 * and the gateway's local transport. Nothing listens until a root asks it to.
 */
export interface Subgraph {
  readonly name: SubgraphName;
  readonly schema: GraphQLSchema;
  createContext(facts: RequestFacts): BaseContext;
  /** Path prefixes on the gateway that `handle` answers, e.g. `/uploads/`. */
  readonly routePrefixes: readonly string[];
  handle(req: IncomingMessage, res: ServerResponse, facts: RequestFacts): Promise<void>;
  /** Migrates its database. Safe to call by several starters at once. */
  migrate(): Promise<void>;
  /** What a process that answers requests needs running (live hints, group committer). */
  startApi(): Promise<void>;
  /** What a worker runs: outbox relay, consumers, jobs. */
  startWorker(): Promise<void>;
  health(): Promise<HealthReport>;
  /** Finishes what is under way, then lets go of every connection. */
  stop(): Promise<void>;
}
