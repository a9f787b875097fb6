import { runAlone } from '@careline/kit/deps';
import { createAnalytics } from './subgraph.ts';

await runAlone({ name: 'analytics', create: createAnalytics, port: 4014 });
