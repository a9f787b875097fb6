import { createGateway, type Gateway } from '@careline/gateway/gateway';
import { createTestWorld, type World } from '@careline/kit/testing';
import { systemClock } from '@careline/kit/time';
import { setUpStaff, type Staff } from '../harness/people.ts';
import { freePort } from '../harness/system.ts';
import { EVERYTHING } from './everything.ts';

export interface OpenSystem {
  world: World;
  gateway: Gateway;
  url: string;
  staff: Staff;
  close(): Promise<void>;
}

/**
 * The whole system behind its gateway, as an outside program meets it: HTTP and sockets on loopback,
 * an organisation that was just set up. Time is real, because sockets and leases are.
 */
export async function openSystem(): Promise<OpenSystem> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const world = await createTestWorld(EVERYTHING, { deps: { clock: systemClock, publicUrl: url } });
  const gateway = await createGateway({
    deps: world.deps, subgraphs: Object.values(world.subgraphs),
    config: { port, publicUrl: url, planner: process.env.PLANNER === 'js' ? 'js' : 'rust', limits: { rateScale: 0 } },
  });
  await gateway.listen();
  const staff = await setUpStaff(url);
  return {
    world, gateway, url, staff,
    async close() {
      await gateway.close();
      await world.close();
    },
  };
}
