import { z } from 'zod';
import { loadConfig } from '../config/index.ts';
import { serveSubgraph, type Subgraph, type SubgraphDeps } from '../graphql/index.ts';
import { endInTime, giveBackWhenQuiet, stepBack } from '../process/index.ts';
import { createDeps } from './create-deps.ts';
import { untilReachable } from './until-reachable.ts';

export interface Alone {
  name: string;
  create(deps: SubgraphDeps): Promise<Subgraph>;
  /** Where it listens unless PORT says otherwise. */
  port: number;
}

/** Runs one subgraph as a process of its own: answering (ROLE=api), taking in events and doing jobs (worker), or both (all). */
export async function runAlone({ name, create, port }: Alone): Promise<void> {
  const { ROLE, HOST, PORT } = loadConfig(z.object({
    ROLE: z.enum(['api', 'worker', 'all']).default('all'),
    HOST: z.string().default('127.0.0.1'),
    PORT: z.coerce.number().int().min(1).max(65_535).default(port),
  }));
  const deps = await createDeps(name);
  giveBackWhenQuiet();
  const subgraph = await untilReachable(() => create(deps), deps.log);
  deps.services.register(subgraph);
  await untilReachable(() => subgraph.migrate(), deps.log);
  if (ROLE !== 'worker') await subgraph.startApi();
  if (ROLE !== 'api') await subgraph.startWorker();
  if (ROLE === 'worker') stepBack();
  const served = await serveSubgraph(subgraph, {
    port: PORT, host: HOST, secret: deps.keyring.secret('internal'), log: deps.log, isHealthOnly: ROLE === 'worker', uses: { redis: () => deps.live.ping() },
  });
  deps.log.info({ url: served.url, role: ROLE }, 'started');
  const stop = async () => {
    await served.close();
    await subgraph.stop();
    await deps.close();
    process.exit(0);
  };
  const fail = (error: unknown) => {
    deps.log.error({ err: error }, 'did not end cleanly');
    process.exit(1);
  };
  let isStopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {
    if (isStopping) return;
    isStopping = true;
    endInTime(fail);
    stop().catch(fail);
  });
}
