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

/**
 * The whole system behind its gateway, as an outside program meets it: HTTP and sockets on loopback, an organisation
 * that was just set up. One process of the test's own, or with `SHAPE=many` every part in one. Time is real,
 * because sockets and leases are.
 */
export async function openSystem(): Promise<OpenSystem> {
  const running = await (testShape() === 'many' ? openMany() : openOne());
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

async function openOne(): Promise<Running> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const world = await createTestWorld(EVERYTHING, { deps: { clock: systemClock, publicUrl: url } });
  const gateway = await createGateway({ deps: world.deps, subgraphs: Object.values(world.subgraphs), config: { port, publicUrl: url, planner: testPlanner(), limits: { rateScale: 0 } } });
  await gateway.listen();
  const { databasePrefix, redisUrl, dataDir } = world.deps;
  return {
    url, databasePrefix, redisUrl, dataDir,
    async close() {
      await gateway.close();
      await world.close();
    },
  };
}

async function openMany(): Promise<Running> {
  const system = await startSystem('many');
  const { databasePrefix, redisUrl, dataDir } = system;
  return { url: `http://127.0.0.1:${system.gateways[0]!.port}`, databasePrefix, redisUrl, dataDir, close: () => system.stop() };
}
