import type { Tx } from '@careline/kit/db';
import type { TicketsContext } from '../context.ts';
import { ConversationLife, type TakenPast } from './conversation-life.ts';
import { priorityOf } from './heed-conversations.ts';
import { deletePromised, insertPromised, NEW_PROMISED, promisedAmong, takingPromised } from './promised.store.ts';

interface Past extends Omit<TakenPast, 'priority' | 'agentId'> {
  conversationId: string;
  ownerId: string | null;
  priority: 'P0' | 'P1' | 'P2';
  isOver: boolean;
}

const OPEN = 'query OpenConversations($afterId: ID) { openConversationIds(afterId: $afterId) }';
const PASTS = 'query ConversationPasts($ids: [ID!]!) { conversationPasts(ids: $ids) }';
const PASTS_MAX = 50;
/** Before anything that a past can tell. */
const BEGINNING = 0;

/**
 * Begins to follow the conversations that are open and were not, a page at a time. Returns whether all are followed; those in which
 * something happened meanwhile are for the next time. Throws UNAVAILABLE while conversations is away.
 *
 * Each is first noted, so that its events are counted, and only then its past is read: when one was counted in between, the past
 * may lack what it told, and is read again.
 */
export async function takeInConversations(ctx: TicketsContext): Promise<boolean> {
  for (let afterId: string | null = null, isMore = true; isMore;) {
    const { openConversationIds: ids }: { openConversationIds: string[] } = await ctx.services.query('conversations', OPEN, { afterId });
    await ctx.db.transaction((tx) => note(tx, ids));
    afterId = ids.at(-1) ?? null;
    isMore = afterId !== null;
  }
  let isWhole = true;
  for (let after: string | null = null, isMore = true; isMore;) {
    const waiting = await takingPromised(ctx.db, after, PASTS_MAX);
    const { conversationPasts: pasts }: { conversationPasts: Past[] } = await ctx.services.query('conversations', PASTS, { ids: waiting.map(({ id }) => id) });
    for (const { id, heard } of waiting) isWhole = (await takeIn(ctx, id, heard, pasts.find(({ conversationId }) => conversationId === id) ?? null)) && isWhole;
    after = waiting.at(-1)?.id ?? after;
    isMore = waiting.length === PASTS_MAX;
  }
  return isWhole;
}

/** What each is and whose is read with its past. */
async function note(tx: Tx, ids: readonly string[]): Promise<void> {
  const known = await promisedAmong(tx, ids);
  const fresh = ids.filter((id) => !known.has(id));
  await insertPromised(tx, fresh.map((conversationId) => ({ ...NEW_PROMISED, conversationId, channelKind: '', priority: 2, agentId: null, queueId: null, heardMeanwhile: 0, changedAt: BEGINNING })));
}

/** Whether it need not be looked at again. One that cannot be read is logged, and keeps no other waiting. */
async function takeIn(ctx: TicketsContext, conversationId: string, heard: number, past: Past | null): Promise<boolean> {
  try {
    return await ctx.db.transaction(async (tx) => {
      const life = await ConversationLife.open(ctx, tx, conversationId, null);
      if (life?.row.heardMeanwhile !== heard) return false;
      // Nothing is promised any more to what has ended meanwhile.
      if (!past || past.isOver) {
        await deletePromised(tx, conversationId);
        return true;
      }
      const { channelKind, queueId, ownerId, priority, lastSeq, turns } = past;
      await life.takeIn({ channelKind, queueId, agentId: ownerId, priority: priorityOf(priority), lastSeq, turns });
      await life.save();
      return true;
    });
  } catch (error) {
    ctx.log.error({ err: error, conversationId }, 'a conversation could not be taken in');
    return true;
  }
}
