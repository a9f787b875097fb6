import type { Tx } from '@careline/kit/db';
import { appendEvent } from '@careline/kit/events';
import { DAY, MINUTE, SECOND } from '@careline/kit/time';
import { conversationRouted } from '@careline/schema/events';
import type { ConversationsContext, Runtime } from '../context.ts';
import { agentsByIds, idleOwners, presencesOf } from '../agent/index.ts';
import { agentLoads, conversationsOwnedBy, lockConversation, ownerOf, putInQueue } from '../conversation/index.ts';
import { selectLastAssignedAt } from './decision.store.ts';
import { deleteOldWaits, lockEntryOf, selectOverflowing, selectQueuesWithWork, setEntryQueue } from './entry.store.ts';
import { announceQueue, beginWait, takeBackOffer, wakeQueue } from './keep-entry.ts';
import { selectDueOffers } from './offer.store.ts';
import { selectQueues } from './queue.store.ts';
import { recordDecision } from './record-decision.ts';
import { placeBefore } from './routing.hooks.ts';
import { routingPart } from './routing.part.ts';

/** For how long an agent who is OFFLINE keeps what he owns: long enough to reload a page or change the line. */
export const KEEPS_WORK_MS = MINUTE;
const BATCH = 200;
const WAITS_KEPT_MS = DAY;

/** Does it for each, in a transaction of its own; one that fails is logged and does not strand the others. */
async function forEach<Item>(runtime: Runtime, items: readonly Item[], what: string, fn: (ctx: ConversationsContext, tx: Tx, item: Item) => Promise<unknown>): Promise<void> {
  runtime.parts.of(routingPart);
  const ctx = runtime.system('routing');
  for (const item of items) {
    try {
      await runtime.db.transaction((tx) => fn(ctx, tx, item));
    } catch (error) {
      runtime.log.error({ err: error }, what);
    }
  }
}

/** Ends offers whose time is over; each goes to the next agent. Rows are the timers, so a restart loses none. */
export async function expireOffers(runtime: Runtime): Promise<void> {
  const due = await selectDueOffers(runtime.db, runtime.clock.now(), BATCH);
  await forEach(runtime, due, 'an offer could not be ended', (ctx, tx, offer) => takeBackOffer(ctx, tx, offer, 'EXPIRED'));
}

/** Passes on what waited in its queue for as long as the queue allows. `since` stays, so nobody starts anew. */
export async function overflowEntries(runtime: Runtime): Promise<void> {
  const overdue = await selectOverflowing(runtime.db, runtime.clock.now(), BATCH);
  await forEach(runtime, overdue, 'a waiting conversation could not be passed on', overflowEntry);
}

async function overflowEntry(ctx: ConversationsContext, tx: Tx, conversationId: string): Promise<void> {
  const conversation = await lockConversation(tx, conversationId);
  const entry = await lockEntryOf(tx, conversationId);
  if (!conversation || conversation.state !== 'QUEUED' || !entry || entry.offerId) return;
  const now = ctx.clock.now();
  const queue = (await selectQueues(tx, [entry.queueId])).get(entry.queueId);
  const waitedSeconds = Math.floor((now - entry.enteredAt) / SECOND);
  if (!queue?.overflowQueueId || queue.overflowSeconds === null || waitedSeconds < queue.overflowSeconds) return;
  const queueId = queue.overflowQueueId;
  await recordDecision(ctx, tx, {
    conversationId, outcome: 'OVERFLOWED', queueId, inputs: { kind: 'WAIT', waitedSeconds, overflowSeconds: queue.overflowSeconds },
  });
  await setEntryQueue(tx, entry.id, queueId, now);
  await putInQueue(ctx, tx, { conversation, queueId });
  const { number, customerId, channelKind } = conversation;
  await appendEvent(tx, conversationRouted.make(conversationId, { conversationId, number, customerId, channelKind, queueId, ruleName: null }), now);
  announceQueue(ctx, tx, entry.queueId);
  announceQueue(ctx, tx, queueId);
  wakeQueue(ctx, tx, queueId);
}

/**
 * Puts back into its queue what agents still own who went OFFLINE a minute ago, or were disabled.
 * Each keeps its old place: who was being served stands before who has just come. What somebody took by hand
 * while OFFLINE stays: a supervisor may help out without taking part in routing.
 */
export async function returnLostWork(runtime: Runtime): Promise<void> {
  const gone = await idleOwners(runtime.db, runtime.clock.now() - KEEPS_WORK_MS);
  const loads = await agentLoads(runtime.db, gone);
  for (const agentId of loads.keys()) {
    const owned = await conversationsOwnedBy(runtime.db, agentId);
    await forEach(runtime, owned, 'work of a lost agent could not be returned', (ctx, tx, id) => returnToQueue(ctx, tx, id, agentId));
  }
}

async function isLost(tx: Tx, conversationId: string, agentId: string): Promise<boolean> {
  if (!(await agentsByIds(tx, [agentId])).get(agentId)?.isEnabled) return true;
  const presence = (await presencesOf(tx, [agentId])).get(agentId);
  if (presence?.presence !== 'OFFLINE') return false;
  const assignedAt = await selectLastAssignedAt(tx, conversationId);
  return assignedAt !== null && assignedAt <= presence.since;
}

async function returnToQueue(ctx: ConversationsContext, tx: Tx, conversationId: string, agentId: string): Promise<void> {
  const conversation = await lockConversation(tx, conversationId);
  if (!conversation?.queueId || ownerOf(conversation) !== agentId || !(await isLost(tx, conversationId, agentId))) return;
  const { queueId } = conversation;
  const since = await placeBefore(tx, conversation);
  await recordDecision(ctx, tx, { conversationId, outcome: 'QUEUED', queueId, inputs: { kind: 'RETURN', because: 'AGENT_LOST' } });
  await putInQueue(ctx, tx, { conversation, queueId });
  await beginWait(ctx, tx, conversation, queueId, since);
}

/**
 * Tries every queue in which somebody waits. Triggers after commits do the work at once; this finds what a
 * process that died between its commit and its trigger left behind, and declines that have run out.
 */
export async function sweepQueues(runtime: Runtime): Promise<void> {
  const { dispatcher } = runtime.parts.of(routingPart);
  for (const queueId of await selectQueuesWithWork(runtime.db)) dispatcher.wake(queueId);
  await dispatcher.idle();
}

/** Forgets ended waits that no estimate looks at any more. */
export function forgetWaits(runtime: Runtime): Promise<void> {
  return deleteOldWaits(runtime.db, runtime.clock.now() - WAITS_KEPT_MS);
}
