import { SUBGRAPH_NAMES } from '@careline/schema';
import { migrate, openDatabase, processHolder } from '@careline/kit/db';
import { startConsumers, startRelay } from '@careline/kit/events';
import { buildSubgraph, createBaseContext, systemFacts, type RequestFacts, type Subgraph, type SubgraphDeps } from '@careline/kit/graphql';
import { startJob } from '@careline/kit/jobs';
import { checkHealth } from '@careline/kit/observe';
import type { Stoppable } from '@careline/kit/time';
import { fileURLToPath } from 'node:url';
import { alertJobs } from './alert/index.ts';
import { auditHandlers } from './audit/index.ts';
import type { AnalyticsContext } from './context.ts';
import { resolvers } from './resolvers.ts';
import { slaHandlers } from './sla/index.ts';
import { openTeamDirectory, workloadHandlers } from './workload/index.ts';

const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url));

/** The subgraph of facts: what happened, for supervisors, BI and auditors, and the warnings that follow from it. */
export async function createAnalytics(deps: SubgraphDeps): Promise<Subgraph> {
  const { clock, keyring, log, timeZone, live, mailer, reachable, publicUrl } = deps;
  const db = await openDatabase({ url: deps.databaseUrl, name: `${deps.databasePrefix}_analytics`, log });
  const teamDirectory = openTeamDirectory(deps.services, clock);
  const running: Stoppable[] = [];
  const createContext = (facts: RequestFacts): AnalyticsContext => ({
    ...createBaseContext({ clock, log, keyring }, facts), db, timeZone, teamDirectory, live, mailer, reachable, publicUrl,
  });
  return {
    name: 'analytics',
    schema: buildSubgraph('analytics', resolvers),
    routePrefixes: [],
    createContext,
    async handle(_req, res) {
      res.writeHead(404).end();
    },
    async migrate() {
      await migrate(db, [MIGRATIONS]);
    },
    async startApi() {},
    async startWorker() {
      const holder = processHolder();
      const handlers = [...workloadHandlers(clock), ...slaHandlers(clock), ...auditHandlers];
      const system = () => createContext(systemFacts('analytics', clock.now()));
      running.push(
        startRelay({ db, bus: deps.bus, topic: 'analytics', clock, log, holder }),
        startConsumers({ db, bus: deps.bus, group: 'analytics', topics: [...SUBGRAPH_NAMES], handlers, clock, log, holder }),
        ...alertJobs(system).map((job) => startJob({ ...job, db, clock, log })),
      );
    },
    health: () => checkHealth({ database: () => db.query('SELECT 1') }),
    async stop() {
      for (const part of running.splice(0).reverse()) await part.stop();
      await db.close();
    },
  };
}
