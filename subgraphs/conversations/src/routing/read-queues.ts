import { parsePage, toConnection, type Connection, type PageArgs } from '@careline/kit/graphql';
import type { ConversationsContext } from '../context.ts';
import { selectEntryPage, type EntryPlace, type EntryRow } from './entry.store.ts';
import { selectAllQueues, type QueueRow } from './queue.store.ts';
import { routingLoaders } from './routing.loaders.ts';

/** Whether the caller's grant to read queues reaches this one. */
export function seesQueue(ctx: ConversationsContext, queueId: string): boolean {
  return ctx.viewer.covers('queue:read', { queueIds: [queueId] });
}

/** A queue; null when there is none or the caller may not see it. */
export async function readQueue(ctx: ConversationsContext, id: string | null): Promise<QueueRow | null> {
  if (!id || !seesQueue(ctx, id)) return null;
  return ctx.loaders.of(routingLoaders).queue.load(id);
}

/** The queues in the caller's scope, by name. */
export async function visibleQueues(ctx: ConversationsContext): Promise<QueueRow[]> {
  return (await selectAllQueues(ctx.db)).filter(({ id }) => seesQueue(ctx, id));
}

/** One page of queues by name. They are a handful, so the page is cut from all of them. */
export async function readQueues(ctx: ConversationsContext, args: PageArgs): Promise<Connection<QueueRow>> {
  const page = parsePage(args, ['id']);
  const all = await visibleQueues(ctx);
  const ordered = page.isBackward ? [...all].reverse() : all;
  const start = page.cursor ? ordered.findIndex(({ id }) => id === page.cursor!.id) + 1 : 0;
  return toConnection(ordered.slice(start, start + page.limit + 1), page, ({ id }) => ({ id }), all.length);
}

/** One page of who waits in a queue, next one first; empty for who may not read conversations of the queue. */
export async function readEntries(ctx: ConversationsContext, queueId: string, args: PageArgs): Promise<Connection<EntryRow>> {
  const page = parsePage(args, ['priority', 'since', 'id']);
  const mayRead = ctx.viewer.covers('conversation:read', { queueIds: [queueId] });
  const from = page.cursor ? (page.cursor as unknown as EntryPlace) : null;
  const rows = mayRead ? await selectEntryPage(ctx.db, queueId, from, !page.isBackward, page.limit + 1) : [];
  const total = mayRead ? ((await ctx.loaders.of(routingLoaders).count.load(queueId))?.waitingCount ?? 0) : 0;
  return toConnection(rows, page, ({ priority, since, id }) => ({ priority, since, id }), Math.min(total, 10_000));
}
