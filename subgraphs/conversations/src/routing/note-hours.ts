import type { Tx } from '@careline/kit/db';
import type { ConversationsContext } from '../context.ts';
import { keepHours, type KnownHours } from './hours.store.ts';
import { announceQueue } from './keep-entry.ts';
import { selectQueuesUnderHours } from './queue.store.ts';

/** Keeps business hours that tickets has told of; who looks at a queue that is open by them sees it at once. */
export async function noteHours(ctx: ConversationsContext, tx: Tx, hours: KnownHours): Promise<void> {
  await keepHours(tx, hours);
  for (const queueId of await selectQueuesUnderHours(tx, hours.hoursId)) announceQueue(ctx, tx, queueId);
}
