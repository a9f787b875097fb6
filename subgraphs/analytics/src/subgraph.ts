import { SUBGRAPH_NAMES } from '@careline/schema';
import { migrate, openDatabase, processHolder } from '@careline/kit/db';
import { startConsumers, startRelay } from '@careline/kit/events';
import { buildSubgraph, createBaseContext, type RequestFacts, type Subgraph, type SubgraphDeps } from '@careline/kit/graphql';
import { checkHealth } from '@careline/kit/observe';
import type { Stoppable } from '@careline/kit/time';
import { fileURLToPath } from 'node:url';
import { auditHandlers } from './audit/index.ts';
import type { AnalyticsContext } from './context.ts';
import { resolvers } from './resolvers.ts';
import { openTeamDirectory, workloadHandlers } from './workload/index.ts';

const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url));

/** The subgraph of facts: what happened, for supervisors, BI and auditors. Nobody asks it to change anything. */
export async function createAnalytics(deps: SubgraphDeps): Promise<Subgraph> {
  const { clock, keyring, log, timeZone } = deps;
  const db = await openDatabase({ url: deps.databaseUrl, name: `${deps.databasePrefix}_analytics`, log });
  const teamDirectory = openTeamDirectory(deps.services, clock);
  const running: Stoppable[] = [];
  return {
    name: 'analytics',
    schema: buildSubgraph('analytics', resolvers),
    routePrefixes: [],
    createContext: (facts: RequestFacts): AnalyticsContext => ({ ...createBaseContext({ clock, log, keyring }, facts), db, timeZone, teamDirectory }),
    async handle(_req, res) {
      res.writeHead(404).end();
    },
    async migrate() {
      await migrate(db, [MIGRATIONS]);
    },
    async startApi() {},
    async startWorker() {
      const holder = processHolder();
      const handlers = [...workloadHandlers(clock), ...auditHandlers];
      running.push(
        startRelay({ db, bus: deps.bus, topic: 'analytics', clock, log, holder }),
        startConsumers({ db, bus: deps.bus, group: 'analytics', topics: [...SUBGRAPH_NAMES], handlers, clock, log, holder }),
      );
    },
    health: () => checkHealth({ database: () => db.query('SELECT 1') }),
    async stop() {
      for (const part of running.splice(0).reverse()) await part.stop();
      await db.close();
    },
  };
}
