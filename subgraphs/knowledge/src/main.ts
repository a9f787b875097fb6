import { runAlone } from '@careline/kit/deps';
import { createKnowledge } from './subgraph.ts';

await runAlone({ name: 'knowledge', create: createKnowledge, port: 4013 });
