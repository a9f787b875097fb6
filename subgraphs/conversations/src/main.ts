import { createDeps } from '@careline/kit/deps';
import { serveSubgraph } from '@careline/kit/graphql';
import { readConfig } from './config.ts';
import { createConversations } from './subgraph.ts';

// Starts this subgraph as a process of its own: answering, working on events and jobs, or both.
const { ROLE, HOST, PORT } = readConfig();
const deps = await createDeps('conversations');
const subgraph = await createConversations(deps);
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
