import { newId, type Tx } from '@careline/kit/db';
import type { ConversationsContext } from '../context.ts';
import { lockConversation, saveConversation, type LockedConversation, type Priority } from '../conversation/index.ts';
import { dispatcherOf } from './dispatcher.ts';
import { deleteEntry, insertEntry, insertWait, lockEntryOf, setEntryOffer, type EntryRow } from './entry.store.ts';
import { endOffer, type OfferRow } from './offer.store.ts';
import type { Skill } from '../skill.rules.ts';
import type { OfferState, WaitEnd } from './routing.tables.ts';

const RANK: Record<Priority, number> = { P0: 0, P1: 1, P2: 2 };

/** The place of a priority in the order of a queue: 0 first. */
export const rankOf = (priority: Priority): number => RANK[priority];

/** Tells wall boards and visitors, after the commit, that the queue changed. */
export function announceQueue(ctx: ConversationsContext, tx: Tx, queueId: string): void {
  tx.afterCommit(() => ctx.live.publish('queues', { queueId }));
}

/** After the commit, gives out what can be given out in the queue. */
export function wakeQueue(ctx: ConversationsContext, tx: Tx, queueId: string): void {
  tx.afterCommit(() => ctx.runtime.parts.of(dispatcherOf).wake(queueId));
}

/**
 * Lets a conversation wait in a queue. `since` decides its place among equals; when it waits somewhere already,
 * that wait goes on here. `skills` are those that the rule which chose the queue asks for; null: those it waited with before.
 */
export async function beginWait(ctx: ConversationsContext, tx: Tx, conversation: LockedConversation, queueId: string, since: number, skills: Skill[] | null = null): Promise<void> {
  const before = await endWait(ctx, tx, conversation.id, { endedBy: 'MOVED', agentId: null, decisionId: null });
  await insertEntry(tx, {
    id: newId('qen'), conversationId: conversation.id, queueId, priority: rankOf(conversation.priority), since: before?.since ?? since,
    enteredAt: ctx.clock.now(), offerId: null, skills: skills ?? before?.skills ?? null,
  });
  announceQueue(ctx, tx, queueId);
  wakeQueue(ctx, tx, queueId);
}

export interface WaitEnding {
  endedBy: WaitEnd;
  agentId: string | null;
  decisionId: string | null;
}

/** Ends the wait of a conversation and remembers how long it was; null when it did not wait. An open offer goes with it. */
export async function endWait(ctx: ConversationsContext, tx: Tx, conversationId: string, ending: WaitEnding, offerState: Exclude<OfferState, 'OPEN'> = 'WITHDRAWN'): Promise<EntryRow | null> {
  const entry = await lockEntryOf(tx, conversationId);
  if (!entry) return null;
  const endedAt = ctx.clock.now();
  if (entry.offerId) await endOffer(tx, entry.offerId, offerState, endedAt);
  await deleteEntry(tx, entry.id);
  await insertWait(tx, { id: entry.id, conversationId, queueId: entry.queueId, since: entry.since, endedAt, skills: entry.skills, ...ending });
  announceQueue(ctx, tx, entry.queueId);
  return entry;
}

/**
 * Ends an open offer so that the next agent is asked; false when it was over already.
 * The conversation is locked first, as by everybody: accept, decline, expiry and a loss of presence may meet here.
 */
export async function takeBackOffer(ctx: ConversationsContext, tx: Tx, offer: OfferRow, state: Exclude<OfferState, 'OPEN' | 'ACCEPTED'>, reasonEnc: Buffer | null = null): Promise<boolean> {
  const conversation = await lockConversation(tx, offer.conversationId);
  const entry = await lockEntryOf(tx, offer.conversationId);
  if (!(await endOffer(tx, offer.id, state, ctx.clock.now(), reasonEnc))) return false;
  if (entry?.offerId === offer.id) await setEntryOffer(tx, entry.id, null);
  if (conversation) await saveConversation(ctx, tx, conversation);
  announceQueue(ctx, tx, offer.queueId);
  wakeQueue(ctx, tx, offer.queueId);
  return true;
}
