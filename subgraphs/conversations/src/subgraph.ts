import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { migrate } from '@careline/kit/db';
import { startConsumers, startRelay } from '@careline/kit/events';
import { buildSubgraph, type Subgraph, type SubgraphDeps } from '@careline/kit/graphql';
import { startJob } from '@careline/kit/jobs';
import { announceSetUp, keepBuiltInRoles } from './agent/index.ts';
import { consumedTopics, handlersOf } from './consumers.ts';
import type { Runtime } from './context.ts';
import { jobsOf } from './jobs.ts';
import { resolvers } from './resolvers.ts';
import { MIGRATIONS, openRuntime } from './runtime.ts';
import { ports } from './wiring.ts';

interface Stoppable {
  stop(): Promise<void> | void;
}

/** The subgraph of customers, agents, conversations, routing and channels, ready to be migrated and started. */
export async function createConversations(deps: SubgraphDeps): Promise<Subgraph> {
  const runtime = await openRuntime(deps, ports);
  const schema = buildSubgraph('conversations', resolvers);
  const running: Stoppable[] = [];
  return {
    name: 'conversations',
    schema,
    routePrefixes: [],
    createContext: (facts) => runtime.contextOf(facts.identity, facts),
    async handle(_req, res) {
      res.writeHead(404).end();
    },
    async migrate() {
      await migrate(runtime.db, [MIGRATIONS]);
      await keepBuiltInRoles(runtime);
    },
    startApi: () => announceSetUp(runtime),
    async startWorker() {
      running.push(...startWork(runtime, deps));
    },
    health: () => readHealth(runtime),
    async stop() {
      for (const part of running.splice(0).reverse()) await part.stop();
      await runtime.close();
    },
  };
}

/** Lets a test or a worker run the subgraph's parts without their timers. */
function startWork(runtime: Runtime, deps: SubgraphDeps): Stoppable[] {
  const { db, clock, log } = runtime;
  const holder = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  return [
    startRelay({ db, bus: deps.bus, topic: 'conversations', clock, log, holder }),
    startConsumers({ db, bus: deps.bus, group: 'conversations', topics: [...consumedTopics], handlers: handlersOf(runtime), clock, log, holder }),
    ...jobsOf(runtime).map((job) => startJob({ ...job, db, clock, log })),
  ];
}

async function readHealth(runtime: Runtime) {
  const isDatabaseUp = await runtime.db.query('SELECT 1').then(() => true, () => false);
  return { isReady: isDatabaseUp, checks: { database: isDatabaseUp } };
}
