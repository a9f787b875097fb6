import { createGateway } from '@careline/gateway/gateway';
import { openDatabase, type Db } from '@careline/kit/db';
import { createTestWorld, testEngines, testLogger, testPlanner, testShape } from '@careline/kit/testing';
import { systemClock } from '@careline/kit/time';
import { setUpStaff, type Staff } from '../harness/people.ts';
import { freePort, startSystem } from '../harness/system.ts';
import { EVERYTHING } from './everything.ts';

/** What a running system is to a test, whatever it is made of. */
interface Running {
  url: string;
  /** Where its processes print what they count. */
  metricsUrls: string[];
  databasePrefix: string;
  redisUrl: string;
  dataDir: string;
  close(): Promise<void>;
}

export interface OpenSystem extends Running {
  staff: Staff;
  /** A connection to the database of conversations, to look at what is stored. */
  db: Db;
}

export interface SystemOptions {
  /** Scans files; without it they are not scanned. */
  clamdUrl?: string;
}

/**
 * The whole system behind its gateway, as an outside program meets it: HTTP and sockets on loopback, an organisation
 * that was just set up. One process of the test's own, or with `SHAPE=many` every part in one. Time is real,
 * because sockets and leases are.
 */
export async function openSystem(options: SystemOptions = {}): Promise<OpenSystem> {
  const running = await (testShape() === 'many' ? openMany(options) : openOne(options));
  const staff = await setUpStaff(running.url);
  const db = await openDatabase({ url: testEngines().databaseUrl, name: `${running.databasePrefix}_conversations`, poolSize: 2, log: testLogger() });
  return {
    ...running, staff, db,
    async close() {
      await db.close();
      await running.close();
    },
  };
}

async function openOne({ clamdUrl }: SystemOptions): Promise<Running> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const world = await createTestWorld(EVERYTHING, { deps: { clock: systemClock, publicUrl: url, clamdUrl: clamdUrl ?? null } });
  const gateway = await createGateway({ deps: world.deps, subgraphs: Object.values(world.subgraphs), config: { port, publicUrl: url, planner: testPlanner(), limits: { rateScale: 0 } } });
  await gateway.listen();
  const { databasePrefix, redisUrl, dataDir } = world.deps;
  return {
    url, metricsUrls: [`${url}/metrics`], databasePrefix, redisUrl, dataDir,
    async close() {
      await gateway.close();
      await world.close();
    },
  };
}

async function openMany({ clamdUrl }: SystemOptions): Promise<Running> {
  const system = await startSystem('many', clamdUrl ? { CLAMD_URL: clamdUrl } : {});
  const { databasePrefix, redisUrl, dataDir } = system;
  const metricsUrls = [...system.gateways, ...system.conversations].map(({ port }) => `http://127.0.0.1:${port}/metrics`);
  return { url: `http://127.0.0.1:${system.gateways[0]!.port}`, metricsUrls, databasePrefix, redisUrl, dataDir, close: () => system.stop() };
}
