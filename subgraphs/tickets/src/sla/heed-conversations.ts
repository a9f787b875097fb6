import type { Tx } from '@careline/kit/db';
import type { Instant } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { promisesConversations } from './choose-terms.ts';
import { ConversationLife, type PromisedChange } from './conversation-life.ts';
import { insertPromised, NEW_PROMISED, promisedAmong } from './promised.store.ts';
import { holdPolicies } from './terms.store.ts';

/** What the events of a conversation tell of it. */
export interface ConversationTold {
  at: Instant;
  data: { conversationId: string; channelKind: string; queueId: string | null; ownerId?: string | null; priority?: 'P0' | 'P1' | 'P2'; seq?: number; lineSeq?: number };
}

/** From now on a conversation is followed, when any policy in force is for conversations: which one holds shows when its customer speaks. */
export async function beginConversations(tx: Tx, events: readonly ConversationTold[]): Promise<void> {
  if (!promisesConversations(await holdPolicies(tx))) return;
  const known = await promisedAmong(tx, events.map(({ data }) => data.conversationId));
  const fresh = new Map(events.filter(({ data }) => !known.has(data.conversationId)).map((event) => [event.data.conversationId, event]));
  await insertPromised(tx, [...fresh.values()].map(({ at, data: { conversationId, channelKind, queueId, ownerId, priority } }) => ({
    ...NEW_PROMISED, conversationId, channelKind, queueId, agentId: ownerId ?? null, priority: priorityOf(priority ?? 'P2'), changedAt: at,
  })));
}

/** Lets the clocks of conversations live through what is told of them, in its order; of those nothing was ever promised to nothing is kept. */
export async function heedConversations<Event extends ConversationTold>(
  ctx: TicketsContext, tx: Tx, events: readonly Event[], heed: (life: ConversationLife, event: Event) => Promise<void> = async () => {},
): Promise<void> {
  const known = await promisedAmong(tx, [...new Set(events.map(({ data }) => data.conversationId))]);
  const lives = new Map<string, ConversationLife>();
  for (const event of events.filter(({ data }) => known.has(data.conversationId))) {
    const { conversationId } = event.data;
    // What is due meanwhile is for the sweep, which knows the teams.
    const life = lives.get(conversationId) ?? (await ConversationLife.open(ctx, tx, conversationId, null))!;
    lives.set(conversationId, life);
    if (!life.isNews(event.data.seq ?? event.data.lineSeq)) continue;
    await life.become(changeIn(event.data), event.at);
    await heed(life, event);
  }
  for (const life of lives.values()) await life.save();
}

export const priorityOf = (priority: 'P0' | 'P1' | 'P2') => Number(priority[1]);

/** What an event says of whose the conversation is; what it leaves out did not change. */
function changeIn({ queueId, ownerId, priority }: ConversationTold['data']): PromisedChange {
  return { queueId, ...(ownerId !== undefined && { agentId: ownerId }), ...(priority && { priority: priorityOf(priority) }) };
}
