import type { Identity } from '@careline/kit/auth';
import type { Keyring, Vault } from '@careline/kit/crypto';
import type { Db, Tx } from '@careline/kit/db';
import type { BaseContext, SubgraphDeps } from '@careline/kit/graphql';
import type { Live } from '@careline/kit/live';
import type { Logger } from '@careline/kit/observe';
import type { Services } from '@careline/kit/services';
import type { Clock } from '@careline/kit/time';
import type { Ports } from './ports.ts';

/** One thing of its kind per owner, made at first use; the maker itself is the key. */
export interface OnceCache<Owner> {
  of<T>(make: (owner: Owner) => T): T;
  /** Lets go of everything made. A stream calls it on its context's loaders before each event, or it would tell old rows. */
  forget(): void;
}

/** What every resolver and verb of this subgraph gets: who asks, the stores, and the ways to other modules. */
export interface ConversationsContext extends BaseContext {
  db: Db;
  vault: Vault;
  keyring: Keyring;
  live: Live;
  services: Services;
  deps: ConversationsDeps;
  runtime: Runtime;
  /** DataLoaders of this request: `ctx.loaders.of(agentLoaders).byId.load(id)`. */
  loaders: OnceCache<ConversationsContext>;
  transaction<T>(fn: (tx: Tx) => Promise<T>): Promise<T>;
}

/** What the composition root gives, and what modules lend each other against the direction of imports. */
export type ConversationsDeps = SubgraphDeps & Ports;

/** What lives as long as the process: jobs, event handlers and long streams work from it. */
export interface Runtime {
  db: Db;
  vault: Vault;
  keyring: Keyring;
  live: Live;
  services: Services;
  clock: Clock;
  log: Logger;
  deps: ConversationsDeps;
  /** Parts of which a process has one, e.g. the group committer. `close()` is called at the stop, last made first. */
  parts: OnceCache<Runtime>;
  /** A context that speaks as SYSTEM under this name; for jobs and event handlers. */
  system(name: string): ConversationsContext;
  /** A context for one identity; for streams that outlive the request that began them. */
  contextOf(identity: Identity | null, like?: Partial<BaseContext>): ConversationsContext;
}

/** Work done every `everyMs` by one worker at a time. */
export interface JobSpec {
  name: string;
  everyMs: number;
  run(now: number): Promise<void>;
}

/** Finds the object of one id prefix for `node(id)`; null when it is absent or hidden from the caller. */
export type NodeReader = (ctx: ConversationsContext, id: string) => Promise<object | null>;
