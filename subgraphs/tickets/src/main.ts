import { runAlone } from '@careline/kit/deps';
import { createTickets } from './subgraph.ts';

await runAlone({ name: 'tickets', create: createTickets, port: 4012 });
