import type { Tx } from '@careline/kit/db';
import { appendEvent } from '@careline/kit/events';
import { DAY, MINUTE, SECOND } from '@careline/kit/time';
import { conversationRouted } from '@careline/schema/events';
import type { ConversationsContext, Runtime } from '../context.ts';
import { agentsByIds, idleOwners, presencesOf } from '../agent/index.ts';
import { agentLoads, conversationsOwnedBy, lockConversation, ownerOf, putInQueue } from '../conversation/index.ts';
import { selectLastAssignedAt } from './decision.store.ts';
import { deleteOldWaits, lockEntryOf, selectEnteredBefore, selectQueuesWithWork, setEntryQueue } from './entry.store.ts';
import { announceQueue, beginWait, takeBackOffer, wakeQueue } from './keep-entry.ts';
import { selectDueOffers } from './offer.store.ts';
import type { DecisionInputs } from './decision.rules.ts';
import type { KnownHours } from './hours.store.ts';
import { isQueueOpen, openSince, readHours } from './known-hours.ts';
import { selectAllQueues, selectQueues, type QueueRow } from './queue.store.ts';
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

/** Passes on what waited in its queue for as long as the queue allows, and what waits in a closed queue that passes on. `since` stays, so nobody starts anew. */
export async function overflowEntries(runtime: Runtime): Promise<void> {
  const hours = await readHours(runtime, runtime.db);
  for (const queue of await selectAllQueues(runtime.db)) {
    const before = overflowsBefore(queue, hours, runtime.clock.now());
    if (before === null) continue;
    const overdue = await selectEnteredBefore(runtime.db, queue.id, before, BATCH);
    await forEach(runtime, overdue, 'a waiting conversation could not be passed on', (ctx, tx, conversationId) => overflowEntry(ctx, tx, conversationId, hours));
  }
}

/** What came into the queue at this instant or before goes to its overflow queue now; null: nothing does. Closed time does not count, and only a queue that says so passes on while it is closed. */
export function overflowsBefore(queue: QueueRow, hours: ReadonlyMap<string, KnownHours>, at: number): number | null {
  if (!queue.overflowQueueId) return null;
  if (!isQueueOpen(queue, hours, at)) return queue.closedAction === 'OVERFLOW' ? at : null;
  return queue.overflowSeconds === null ? null : openSince(queue, hours, at, queue.overflowSeconds * SECOND);
}

async function overflowEntry(ctx: ConversationsContext, tx: Tx, conversationId: string, hours: ReadonlyMap<string, KnownHours>): Promise<void> {
  const conversation = await lockConversation(tx, conversationId);
  const entry = await lockEntryOf(tx, conversationId);
  if (!conversation || conversation.state !== 'QUEUED' || !entry || entry.offerId) return;
  const now = ctx.clock.now();
  const queue = (await selectQueues(tx, [entry.queueId])).get(entry.queueId);
  const before = queue ? overflowsBefore(queue, hours, now) : null;
  if (!queue?.overflowQueueId || before === null || entry.enteredAt > before) return;
  const known = queue.businessHoursId ? hours.get(queue.businessHoursId) : undefined;
  const inputs: DecisionInputs = isQueueOpen(queue, hours, now)
    ? { kind: 'WAIT', waitedSeconds: Math.floor((now - entry.enteredAt) / SECOND), overflowSeconds: queue.overflowSeconds! }
    : { kind: 'CLOSED', queueId: queue.id, hoursId: queue.businessHoursId!, hoursVersion: known!.version, at: now };
  const queueId = queue.overflowQueueId;
  await recordDecision(ctx, tx, {
    conversationId, outcome: 'OVERFLOWED', queueId, inputs,
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
  const { since, skills } = await placeBefore(tx, conversation);
  await recordDecision(ctx, tx, { conversationId, outcome: 'QUEUED', queueId, inputs: { kind: 'RETURN', because: 'AGENT_LOST' } });
  await putInQueue(ctx, tx, { conversation, queueId });
  await beginWait(ctx, tx, conversation, queueId, since, skills);
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
