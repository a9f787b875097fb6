import DataLoader from 'dataloader';
import type { ConversationsContext } from '../context.ts';
import { findConversations } from '../conversation/index.ts';
import { selectEntriesOf, selectQueueCounts } from './entry.store.ts';
import { selectOpenOffersOf } from './offer.store.ts';
import { selectAllQueues, selectQueues, selectTeamsOfQueues } from './queue.store.ts';
import { selectNewestDryRuns } from './rule.store.ts';

/** A loader over a question that answers many ids with a map; what the map lacks is null. */
function byMap<Value>(read: (ids: readonly string[]) => Promise<Map<string, Value>>): DataLoader<string, Value | null> {
  return new DataLoader(async (ids) => {
    const found = await read(ids);
    return ids.map((id) => found.get(id) ?? null);
  });
}

/** One question per request for what many fields of routing ask: `ctx.loaders.of(routingLoaders)`. */
export function routingLoaders(ctx: ConversationsContext) {
  const { db } = ctx;
  return {
    queue: byMap((ids) => selectQueues(db, ids)),
    queueByKey: byMap(async () => new Map((await selectAllQueues(db)).map((queue) => [queue.key, queue]))),
    dryRun: byMap((ids) => selectNewestDryRuns(db, ids)),
    teamIds: byMap((ids) => selectTeamsOfQueues(db, ids)),
    count: byMap((ids) => selectQueueCounts(db, ids)),
    entry: byMap((ids) => selectEntriesOf(db, ids)),
    offer: byMap((ids) => selectOpenOffersOf(db, ids)),
    conversation: byMap((ids) => findConversations(db, ids)),
  };
}
