import { runAlone } from '@careline/kit/deps';
import { createConversations } from './subgraph.ts';

await runAlone({ name: 'conversations', create: createConversations, port: 4011 });
