import type { Handler } from '@careline/kit/events';
import type { Runtime } from './context.ts';
import { customerHandlers } from './customer/customer.events.ts';

/** Whose events this subgraph listens to. */
export const consumedTopics = ['conversations', 'tickets'] as const;

/** Every event handler of the subgraph. Add a module's `<module>Handlers(runtime)` here. */
export function handlersOf(runtime: Runtime): Handler[] {
  return [...customerHandlers(runtime)];
}
