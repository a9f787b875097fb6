import { on, type Handler } from '@careline/kit/events';
import { hoursSaved } from '@careline/schema/events';
import type { Runtime } from '../context.ts';
import { noteHours } from './note-hours.ts';

/** What routing learns from the rest of the system. */
export function routingHandlers(runtime: Runtime): Handler[] {
  return [on(hoursSaved, ({ data: { hoursId, key, version, ...content } }, tx) => noteHours(runtime.system('routing'), tx, { hoursId, key, version, content }))];
}
