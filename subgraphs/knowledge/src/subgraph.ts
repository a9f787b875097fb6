import { createVault } from '@careline/kit/crypto';
import { migrate, openDatabase, processHolder } from '@careline/kit/db';
import { startRelay } from '@careline/kit/events';
import { buildSubgraph, createBaseContext, systemFacts, type RequestFacts, type Subgraph, type SubgraphDeps } from '@careline/kit/graphql';
import { startJob } from '@careline/kit/jobs';
import { checkHealth } from '@careline/kit/observe';
import type { Stoppable } from '@careline/kit/time';
import { fileURLToPath } from 'node:url';
import { articleJobs, articleLoaders, articleResolvers } from './article/index.ts';
import type { KnowledgeContext } from './context.ts';
import { handleHelp } from './help/index.ts';

const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url));

/** The subgraph of what the organisation knows: articles, and the help centre that shows them. */
export async function createKnowledge(deps: SubgraphDeps): Promise<Subgraph> {
  const { clock, keyring, log, timeZone } = deps;
  const db = await openDatabase({ url: deps.databaseUrl, name: `${deps.databasePrefix}_knowledge`, log });
  const vault = createVault({ keyring, db });
  const running: Stoppable[] = [];
  const createContext = (facts: RequestFacts): KnowledgeContext => ({
    ...createBaseContext({ clock, log, keyring }, facts), db, vault, timeZone, loaders: articleLoaders(db),
  });
  const system = () => createContext(systemFacts('knowledge', clock.now()));
  return {
    name: 'knowledge',
    schema: buildSubgraph('knowledge', articleResolvers),
    routePrefixes: ['/help'],
    createContext,
    handle: (req, res, facts) => handleHelp({ db, clock, timeZone }, req, res, facts),
    async migrate() {
      await migrate(db, [MIGRATIONS]);
    },
    async startApi() {},
    async startWorker() {
      const holder = processHolder();
      running.push(
        startRelay({ db, bus: deps.bus, topic: 'knowledge', clock, log, holder }),
        ...articleJobs(system).map((job) => startJob({ ...job, db, clock, log })),
      );
    },
    health: () => checkHealth({ database: () => db.query('SELECT 1') }),
    async stop() {
      for (const part of running.splice(0).reverse()) await part.stop();
      await db.close();
    },
  };
}
