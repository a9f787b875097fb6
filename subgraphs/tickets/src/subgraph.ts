import type { Identity } from '@careline/kit/auth';
import { createVault, rewrapJob } from '@careline/kit/crypto';
import { migrate, openDatabase, processHolder } from '@careline/kit/db';
import type { Locale } from '@careline/kit/errors';
import { startConsumers, startRelay } from '@careline/kit/events';
import { buildSubgraph, createBaseContext, systemFacts, type RequestFacts, type Subgraph, type SubgraphDeps } from '@careline/kit/graphql';
import { startJob } from '@careline/kit/jobs';
import { checkHealth } from '@careline/kit/observe';
import type { Stoppable } from '@careline/kit/time';
import { access, constants } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { attachmentHandlers, attachmentJobs, attachmentLoaders, clamdScanner, handleUploads, openBlobStore } from './attachment/index.ts';
import { automationHandlers, automationJobs, automationLoaders } from './automation/index.ts';
import type { TicketsContext } from './context.ts';
import { handleExport, jobJobs } from './job/index.ts';
import { resolvers } from './resolvers.ts';
import { slaHandlers, slaLoaders } from './sla/index.ts';
import { handleCreateTicket, ListTail, teamIds, ticketHandlers, ticketJobs, ticketLoaders } from './ticket/index.ts';

const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url));

const doorOf = (path: string) => (path.startsWith('/create_ticket') ? handleCreateTicket : path.startsWith('/uploads/job_') ? handleExport : handleUploads);

/** The subgraph of tracked requests and of all files. */
export async function createTickets(deps: SubgraphDeps): Promise<Subgraph> {
  const { clock, keyring, log, services, publicUrl, live, timeZone } = deps;
  const db = await openDatabase({ url: deps.databaseUrl, name: `${deps.databasePrefix}_tickets`, log });
  const vault = createVault({ keyring, db });
  const blobs = await openBlobStore(deps.dataDir);
  const scanner = deps.clamdUrl ? clamdScanner(deps.clamdUrl) : null;
  const listTail = new ListTail({ db, vault, live, log });
  const running: Stoppable[] = [];
  const createContext = (facts: RequestFacts): TicketsContext => {
    let teams: ReturnType<typeof teamIds> | undefined;
    return {
      ...createBaseContext({ clock, log, keyring }, facts), db, vault, keyring, services, blobs, publicUrl, live, listTail, timeZone, isScanned: scanner !== null,
      teamIds: () => (teams ??= teamIds(services)),
      loaders: { ...attachmentLoaders(db, vault), ...ticketLoaders(db, vault), ...slaLoaders(db, () => clock.now()), ...automationLoaders(db) },
    };
  };
  return {
    name: 'tickets',
    schema: buildSubgraph('tickets', resolvers),
    routePrefixes: ['/uploads/', '/create_ticket'],
    createContext,
    handle: (req, res, facts) => doorOf(req.url ?? '')(createContext(facts), req, res, facts),
    async migrate() {
      await migrate(db, [MIGRATIONS]);
    },
    async startApi() {},
    async startWorker() {
      const holder = processHolder();
      const system = () => createContext(systemFacts('tickets', clock.now()));
      const actAs = (identity: Identity, locale: Locale) => createContext({ ...systemFacts('tickets', clock.now()), identity, locale });
      running.push(
        startRelay({ db, bus: deps.bus, topic: 'tickets', clock, log, holder }),
        startConsumers({ db, bus: deps.bus, group: 'tickets', topics: ['conversations', 'tickets', 'analytics'], handlers: [...attachmentHandlers, ...slaHandlers(system), ...ticketHandlers(system), ...automationHandlers()], clock, log, holder }),
        ...[...attachmentJobs({ db, vault, blobs, scanner, log }), rewrapJob({ db, keyring, log }), ...ticketJobs(system), ...automationJobs(system), ...jobJobs({ system, actAs })].map((job) => startJob({ ...job, db, clock, log })),
      );
    },
    health: () => checkHealth({ database: () => db.query('SELECT 1'), files: () => access(deps.dataDir, constants.W_OK) }),
    async stop() {
      for (const part of running.splice(0).reverse()) await part.stop();
      await listTail.close();
      await db.close();
    },
  };
}
