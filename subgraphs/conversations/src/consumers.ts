import type { Handler } from '@careline/kit/events';
import type { Runtime } from './context.ts';
import { conversationHandlers } from './conversation/index.ts';
import { customerHandlers } from './customer/customer.events.ts';
import { macroHandlers } from './macro/index.ts';
import { routingHandlers } from './routing/index.ts';

/** Whose events this subgraph listens to. */
export const consumedTopics = ['conversations', 'tickets'] as const;

/** Every event handler of the subgraph. */
export function handlersOf(runtime: Runtime): Handler[] {
  return [...customerHandlers(runtime), ...conversationHandlers(runtime), ...routingHandlers(runtime), ...macroHandlers()];
}
