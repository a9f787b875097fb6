import { on, type Handler } from '@careline/kit/events';
import { hoursSaved } from '@careline/schema/events';
import type { Runtime } from '../context.ts';
import { keepHours } from './hours.store.ts';
import { announceQueue } from './keep-entry.ts';
import { selectQueuesUnderHours } from './queue.store.ts';

/** What routing learns from the rest of the system. */
export function routingHandlers(runtime: Runtime): Handler[] {
  return [
    on(hoursSaved, async ({ data: { hoursId, key, version, ...content } }, tx) => {
      await keepHours(tx, { hoursId, key, version, content });
      for (const queueId of await selectQueuesUnderHours(tx, hoursId)) announceQueue(runtime.system('routing'), tx, queueId);
    }),
  ];
}
