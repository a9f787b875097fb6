import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SubgraphName } from '@careline/schema';
import { systemIdentity, type Identity } from '../auth/index.ts';
import { createKeyring } from '../crypto/index.ts';
import { openDatabase, type Db } from '../db/index.ts';
import { createBus } from '../events/index.ts';
import type { RequestFacts, Subgraph, SubgraphDeps } from '../graphql/index.ts';
import { createLive } from '../live/index.ts';
import { reachableWith } from '../outbound/index.ts';
import { createServices, type ProcessServices } from '../services/index.ts';
import { dropDatabases, dropKeys, testEngines, testKafka, testLogger, testPrefix, testRedisUrl, testShape } from './engines.ts';
import { handBackDatabases, takeDatabases } from './kept-databases.ts';
import { ManualClock } from './manual-clock.ts';
import { openNetwork, type SubgraphFactory } from './network.ts';
import { executeOn, subscribeOn, type Answer, type Operation } from './operations.ts';
import type { Wire } from './wire.ts';

export interface WorldOptions {
  /** Replaces parts of what the subgraphs get. */
  deps?: Partial<SubgraphDeps>;
  startAt?: number;
  /** For subgraphs that only tests know: databases that no other file had before or gets afterwards. */
  ownDatabases?: boolean;
}

type Caller = Identity | null | 'SYSTEM';

/**
 * A whole installation for one test file: real engines, databases of its own, a clock that stands still. With
 * `SHAPE=many` each subgraph has its own hints and its own port, and operations reach it over HTTP and WebSocket.
 */
export interface World {
  readonly clock: ManualClock;
  readonly deps: SubgraphDeps;
  readonly subgraphs: Partial<Record<SubgraphName, Subgraph>>;
  /** Runs an operation the way the gateway does; errors come masked, as callers see them. */
  execute(subgraph: SubgraphName | Subgraph, document: string, variables?: Record<string, unknown>, viewer?: Caller, extra?: Partial<RequestFacts>): Promise<Answer>;
  /** Opens a live stream. Throws the first error when it is refused. */
  subscribe(subgraph: SubgraphName | Subgraph, document: string, variables?: Record<string, unknown>, viewer?: Caller, extra?: Partial<RequestFacts>): Promise<AsyncIterableIterator<Answer>>;
  /** A connection to a subgraph's database, to look at or to break what is stored. */
  database(subgraph: SubgraphName): Promise<Db>;
  /** Publishes and consumes until nothing is left to do. */
  drainEvents(): Promise<void>;
  /** Runs every job that has come due on the clock. */
  runJobs(): Promise<void>;
  close(): Promise<void>;
}

/** Makes a world with these subgraphs, migrated and started. Close it in `afterAll`. */
export async function createTestWorld(factories: SubgraphFactory | readonly SubgraphFactory[], options: WorldOptions = {}): Promise<World> {
  const prefix = testPrefix();
  const databasePrefix = options.ownDatabases ? prefix : await takeDatabases();
  const clock = new ManualClock(options.startAt ?? Date.parse('2026-11-23T01:00:00Z'));
  const { deps, services } = await openDeps({ prefix, databasePrefix }, clock, options.deps);
  const network = testShape() === 'many' ? openNetwork(deps, options.deps ?? {}) : null;
  const subgraphs: Partial<Record<SubgraphName, Subgraph>> = {};
  for (const factory of [factories].flat() as SubgraphFactory[]) {
    const subgraph = await (network ? network.add(factory) : factory(deps));
    subgraphs[subgraph.name] = subgraph;
    services.register(subgraph);
  }
  const all = Object.values(subgraphs);
  await Promise.all(all.map((subgraph) => subgraph.migrate()));
  for (const subgraph of all) {
    await subgraph.startApi();
    await subgraph.startWorker();
  }
  const opened: Db[] = [];
  const find = (subgraph: SubgraphName | Subgraph) => {
    const found = typeof subgraph === 'string' ? subgraphs[subgraph] : subgraph;
    if (!found) throw new Error(`this world has no ${String(subgraph)}`);
    return found;
  };
  const ask = <Result>(send: (subgraph: Subgraph, operation: Operation, wire: Wire | null) => Promise<Result>) =>
    async (name: SubgraphName | Subgraph, document: string, variables: Record<string, unknown> = {}, viewer: Caller = null, extra: Partial<RequestFacts> = {}) => {
      const known = viewer === 'SYSTEM' ? systemIdentity('test', deps.clock.now()) : viewer;
      // Nobody, like at the gateway: in every shape, so that a test that has moved the clock too far learns of it in each.
      const identity = known && known.expiresAt * 1000 > deps.clock.now() ? known : null;
      const subgraph = find(name);
      return send(subgraph, { document, variables, identity, extra, log: deps.log }, network && (await network.wireTo(subgraph)));
    };
  return {
    clock, deps, subgraphs, execute: ask(executeOn), subscribe: ask(subscribeOn),
    async database(subgraph) {
      const db = await openDatabase({ url: deps.databaseUrl, name: `${databasePrefix}_${subgraph}`, poolSize: 4, log: deps.log });
      opened.push(db);
      return db;
    },
    drainEvents: () => clock.drainEvents(),
    runJobs: () => clock.runJobs(),
    async close() {
      await network?.hangUp();
      for (const subgraph of all.reverse()) await subgraph.stop();
      await Promise.all(opened.map((db) => db.close()));
      await network?.close();
      await (options.ownDatabases ? dropDatabases(`${prefix}_`) : handBackDatabases(databasePrefix, (pattern) => migrateEach(factories, { ...deps, databasePrefix: pattern })));
      await deps.live.close();
      await deps.bus.close();
      await Promise.all([dropKeys(`${prefix}:`), rm(deps.dataDir, { recursive: true, force: true })]);
    },
  };
}

const migrated = new Set<SubgraphFactory>();

/** Brings the databases of these subgraphs to their newest form, once in this process. */
async function migrateEach(factories: SubgraphFactory | readonly SubgraphFactory[], deps: SubgraphDeps): Promise<void> {
  for (const factory of [factories].flat() as SubgraphFactory[]) {
    if (migrated.has(factory)) continue;
    const subgraph = await factory(deps);
    await subgraph.migrate();
    await subgraph.stop();
    migrated.add(factory);
  }
}

async function openDeps({ prefix, databasePrefix }: { prefix: string; databasePrefix: string }, clock: ManualClock, replaced: Partial<SubgraphDeps> = {}): Promise<{ deps: SubgraphDeps; services: ProcessServices }> {
  const log = testLogger();
  const redisUrl = testRedisUrl(prefix);
  const keyring = createKeyring({});
  const services = createServices({ clock: replaced.clock ?? clock, secret: keyring.secret('internal'), name: 'test' });
  const deps: SubgraphDeps = {
    databaseUrl: testEngines().databaseUrl, databasePrefix, redisUrl, keyring, clock, log, services,
    live: await createLive({ redisUrl, log }),
    bus: await createBus({ redisUrl, kafka: testKafka(), log }),
    publicUrl: 'http://careline.test', dataDir: await mkdtemp(join(tmpdir(), 'careline-test-')),
    timeZone: 'Asia/Shanghai', clamdUrl: null, mailer: null, reachable: reachableWith([]), isProduction: false,
    ...replaced,
  };
  return { deps, services };
}
