// All subgraphs in one process, each behind its own HTTP door and no router before them: what `bench router` compares with.
import { createDeps } from '@careline/kit/deps';
import { serveSubgraph, type Served } from '@careline/kit/graphql';
import { live, tellParent } from '../../local/life.ts';
import { closeSubgraphs, openSubgraphs } from '../../local/subgraphs.ts';

await live(async () => {
  const deps = await createDeps('doors');
  const subgraphs = await openSubgraphs(deps);
  const served: Served[] = [];
  for (const subgraph of subgraphs) {
    await subgraph.startApi();
    served.push(await serveSubgraph(subgraph, { port: 0, host: '127.0.0.1', secret: deps.keyring.secret('internal'), log: deps.log }));
  }
  tellParent({ type: 'ready', urls: Object.fromEntries(subgraphs.map((subgraph, place) => [subgraph.name, served[place]!.url])) });
  return async () => {
    for (const one of served) await one.close();
    await closeSubgraphs(subgraphs);
    await deps.close();
  };
});
