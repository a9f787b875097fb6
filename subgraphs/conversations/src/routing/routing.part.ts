import type { Runtime } from '../context.ts';
import { drainQueue } from './assign-next.ts';
import { dispatcherOf, type Dispatcher } from './dispatcher.ts';
import { QueuePlaces } from './places.ts';

/** What routing has once in a process. Get it with `runtime.parts.of(routingPart)`. */
export interface RoutingPart {
  dispatcher: Dispatcher;
  places: QueuePlaces;
  close(): Promise<void>;
}

export function routingPart(runtime: Runtime): RoutingPart {
  const dispatcher = runtime.parts.of(dispatcherOf);
  dispatcher.drainWith((queueId) => drainQueue(runtime, queueId));
  const places = new QueuePlaces(runtime);
  return {
    dispatcher,
    places,
    async close() {
      places.close();
      await dispatcher.close();
    },
  };
}
