import { fileURLToPath } from 'node:url';
import { systemIdentity, Viewer, type Identity } from '@careline/kit/auth';
import { createVault } from '@careline/kit/crypto';
import { newId, openDatabase, type Db, type Tx } from '@careline/kit/db';
import type { BaseContext, SubgraphDeps } from '@careline/kit/graphql';
import type { ConversationsContext, OnceCache, Runtime } from './context.ts';
import type { Ports } from './ports.ts';

/** Folder of this subgraph's migrations. */
export const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url));

interface Closable {
  close?: () => unknown;
  stop?: () => unknown;
}

function onceCache<Owner>(owner: () => Owner, made = new Map<unknown, unknown>()): OnceCache<Owner> {
  return {
    of<T>(make: (owner: Owner) => T): T {
      if (!made.has(make)) made.set(make, make(owner()));
      return made.get(make) as T;
    },
    forget: () => made.clear(),
  };
}

/** Opens the database and vault of the subgraph and ties the modules' ports to them. */
export async function openRuntime(deps: SubgraphDeps, ports: Ports): Promise<Runtime & { close(): Promise<void> }> {
  const db: Db = await openDatabase({ url: deps.databaseUrl, name: `${deps.databasePrefix}_conversations`, log: deps.log });
  const vault = createVault({ keyring: deps.keyring, db });
  const parts = new Map<unknown, unknown>();
  const runtime: Runtime & { close(): Promise<void> } = {
    db, vault, keyring: deps.keyring, live: deps.live, services: deps.services, clock: deps.clock, log: deps.log,
    deps: { ...deps, ...ports },
    parts: onceCache<Runtime>(() => runtime, parts),
    system: (name) => runtime.contextOf(systemIdentity(name, deps.clock.now())),
    contextOf: (identity, like = {}) => contextFor(runtime, identity, like),
    async close() {
      for (const part of [...parts.values()].reverse() as Closable[]) await (part?.close ?? part?.stop)?.call(part);
      await db.close();
    },
  };
  return runtime;
}

/**
 * Most operations say nothing, and a child logger costs more than the rest of the context: it is made when asked for. One accessor for all
 * contexts: an object that brings a getter of its own gets a hidden class of its own, which V8 keeps, with everything the getter
 * reaches, until the whole heap is collected.
 */
const LOG = {
  enumerable: true,
  get(this: ConversationsContext) {
    return this.runtime.log.child({ requestId: this.requestId });
  },
};

function contextFor(runtime: Runtime, identity: Identity | null, like: Partial<BaseContext>): ConversationsContext {
  const { db, vault, keyring, live, services, deps, clock } = runtime;
  const known = {
    requestId: like.requestId ?? newId('req'), locale: like.locale ?? 'ZH_CN', address: like.address ?? null, device: like.device ?? null, pageOrigin: like.pageOrigin ?? null,
    viewer: new Viewer(identity), clock, db, vault, keyring, live, services, deps, runtime,
    loaders: onceCache<ConversationsContext>(() => ctx),
    transaction: <T>(fn: (tx: Tx) => Promise<T>) => db.transaction(fn),
  };
  const own = like.log ?? (like.requestId === undefined ? runtime.log : null);
  const ctx: ConversationsContext = Object.defineProperty(known, 'log', own ? { enumerable: true, value: own } : LOG) as ConversationsContext;
  return ctx;
}
