import { createGateway } from '@careline/gateway/gateway';
import { createDeps } from '@careline/kit/deps';
import type { Subgraph } from '@careline/kit/graphql';
import { loadGatewayConfig } from '@careline/gateway/config';
import { nameProcess } from '@careline/kit/observe';
import { loadLocalConfig } from './config.ts';
import { openDemoAccounts, seedEmptySystem } from './demo-accounts.ts';
import { leaveCutTelling } from './demo/telling.ts';
import { live, PlainError, tellParent } from './life.ts';
import { closeSubgraphs, openSubgraphs } from './subgraphs.ts';
import { readCounts } from './worker-counts.ts';

// The answering half of the one-process shape: gateway and all four subgraphs.
await live(async () => {
  const local = loadLocalConfig();
  const config = loadGatewayConfig();
  nameProcess('api');
  const deps = await createDeps('api');
  const signIns = local.isDemoWanted ? await seedEmptySystem(deps, { ownsEngines: local.ownsEngines, say: (text) => tellParent({ type: 'progress', text }) }) : [];
  leaveCutTelling(deps.dataDir);
  const subgraphs = await openSubgraphs(deps);
  if (local.isExposed) refuseToExpose(await openDemoAccounts(subgraphs));
  const gateway = await createGateway({ deps, subgraphs, config, readNeighbours: () => readCounts(deps.dataDir) });
  await startAll(subgraphs);
  const { url } = await gateway.listen();
  deps.log.info({ url }, 'careline answers');
  tellParent({ type: 'ready', url, signIns });
  return async () => {
    await gateway.close();
    await closeSubgraphs(subgraphs);
    await deps.close();
  };
});

async function startAll(subgraphs: readonly Subgraph[]): Promise<void> {
  for (const subgraph of subgraphs) await subgraph.startApi();
}

/** Anybody can read the demo's password in our sources, so no other machine may meet these accounts. */
function refuseToExpose(open: readonly string[]): void {
  if (open.length === 0) return;
  throw new PlainError(`HOST or PUBLIC_URL lets other machines in, but these demo accounts still have the demo password:\n${open.map((email) => `  - ${email}`).join('\n')}\nGive them other passwords or disable them, start with an empty DATA_DIR, or leave HOST at 127.0.0.1.`);
}
