import { createDeps } from '@careline/kit/deps';
import { nameProcess } from '@careline/kit/observe';
import { stepBack } from '@careline/kit/process';
import { live, tellParent } from './life.ts';
import { closeSubgraphs, openSubgraphs } from './subgraphs.ts';
import { serveCounts } from './worker-counts.ts';

// The working half of the one-process shape: outbox relays, consumers and jobs, apart from the
// answering half so that no report can stall a chat.
await live(async () => {
  nameProcess('worker');
  const deps = await createDeps('worker');
  const subgraphs = await openSubgraphs(deps);
  for (const subgraph of subgraphs) await subgraph.startWorker();
  const stopCounting = await serveCounts(deps.dataDir);
  stepBack();
  deps.log.info('careline works');
  tellParent({ type: 'ready' });
  return async () => {
    await stopCounting();
    await closeSubgraphs(subgraphs);
    await deps.close();
  };
});
