import { loadConfig } from '@careline/kit/config';
import { createDeps } from '@careline/kit/deps';
import { serveSubgraph } from '@careline/kit/graphql';
import { z } from 'zod';
import { createTickets } from './subgraph.ts';

// Starts this subgraph as a process of its own: answering, working on events and jobs, or both.
const { ROLE, HOST, PORT } = loadConfig(z.object({
  ROLE: z.enum(['api', 'worker', 'all']).default('all'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(1).max(65_535).default(4012),
}));
const deps = await createDeps('tickets');
const subgraph = await createTickets(deps);
deps.services.register(subgraph);
await subgraph.migrate();
if (ROLE !== 'worker') await subgraph.startApi();
if (ROLE !== 'api') await subgraph.startWorker();
const served = await serveSubgraph(subgraph, { port: PORT, host: HOST, secret: deps.keyring.secret('internal'), log: deps.log, isHealthOnly: ROLE === 'worker' });
deps.log.info({ url: served.url, role: ROLE }, 'started');

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void (async () => {
      await served.close();
      await subgraph.stop();
      await deps.close();
    })();
  });
}
