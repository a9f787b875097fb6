import { isRetriable, newId, type Tx } from '@careline/kit/db';
import { SECOND } from '@careline/kit/time';
import type { ConversationsContext, Runtime } from '../context.ts';
import { assignOwner, lockConversation, saveConversation, type LockedConversation } from '../conversation/index.ts';
import { chooseAgent, decidedBy, passOver, type AgentChoice, type AgentQuestion } from './agent.rules.ts';
import { selectIsNotedWaiting } from './decision.store.ts';
import { lockEntryOf, selectNextEntries, setEntryOffer, type EntryRow } from './entry.store.ts';
import { announceQueue, endWait } from './keep-entry.ts';
import { isQueueOpen, readHours } from './known-hours.ts';
import { insertOffer, touchHolder } from './offer.store.ts';
import { selectQueues, type QueueRow } from './queue.store.ts';
import { recordDecision } from './record-decision.ts';
import { askAgents } from './ask-agents.ts';

/** How far back in a queue a run looks when those at its head wait for what others do not need. */
const LOOK_BACK = 20;

type Given = 'GIVEN' | 'GONE' | 'NOBODY' | 'PASSED_OVER';

/**
 * Gives out the next conversation of a queue, oldest of the highest priority first; false when nothing can be given now.
 *
 * A closed queue gives out nothing. Every run, on any number of machines, tries the same head: its row lock puts them in line, and whoever
 * comes second finds it gone and takes the next. Only what waits for something that others do not need is passed over.
 */
export async function assignNext(runtime: Runtime, queueId: string): Promise<boolean> {
  const ctx = runtime.system('routing');
  const queue = (await selectQueues(runtime.db, [queueId])).get(queueId);
  if (!queue) return false;
  if (queue.businessHoursId && !isQueueOpen(queue, await readHours(runtime, runtime.db), runtime.clock.now())) return false;
  let given: Given = 'GONE';
  while (given === 'GONE') given = await tryHead(ctx, queue);
  return given === 'GIVEN';
}

/** GONE: somebody else was faster with the one this run tried, so there may be another head. */
async function tryHead(ctx: ConversationsContext, queue: QueueRow): Promise<Given> {
  const kept = new Set<string>();
  for (const { conversationId } of await selectNextEntries(ctx.db, queue.id, LOOK_BACK)) {
    const given = await ctx.transaction((tx) => giveEntry(ctx, tx, { queue, conversationId, kept })).catch((error: unknown): Given => {
      // What only had bad luck with locks keeps its turn; what cannot be given at all must not block those behind it.
      if (isRetriable(error)) throw error;
      ctx.log.error({ err: error, conversationId }, 'a waiting conversation could not be given out');
      return 'PASSED_OVER';
    });
    if (given !== 'PASSED_OVER') return given;
  }
  return 'NOBODY';
}

/** Gives out work of a queue until nothing more can be given. */
export async function drainQueue(runtime: Runtime, queueId: string): Promise<void> {
  while (await assignNext(runtime, queueId));
}

interface Turn {
  queue: QueueRow;
  conversationId: string;
  /** Agents whose free units are kept for those that were passed over; grows when this one is. */
  kept: Set<string>;
}

async function giveEntry(ctx: ConversationsContext, tx: Tx, { queue, conversationId, kept }: Turn): Promise<Given> {
  const conversation = await lockConversation(tx, conversationId);
  const entry = await lockEntryOf(tx, conversationId);
  if (!conversation || !entry || entry.offerId || entry.queueId !== queue.id) return 'GONE';
  if (conversation.state !== 'QUEUED') {
    await endWait(ctx, tx, conversationId, { endedBy: 'LEFT', agentId: null, decisionId: null });
    return 'GONE';
  }
  const question = await askAgents(ctx, tx, { queue, entry, conversation, kept });
  const choice = chooseAgent(question);
  if (!choice.chosen) {
    await noteWaiting(ctx, tx, entry, question, choice);
    // Those behind may ask for fewer skills: after a while of those of the queue, at once of those only its own rule asks for.
    const mayOthersNeedLess = (queue.skillSeconds !== null || (entry.skills?.length ?? 0) > 0) && !question.isSkillPreferred;
    const passed = passOver(choice, question.units, mayOthersNeedLess);
    passed?.keptIds.forEach((id) => kept.add(id));
    return passed ? 'PASSED_OVER' : 'NOBODY';
  }
  if (queue.acceptSeconds > 0) await offer(ctx, tx, { queue, entry, conversation, question, choice });
  else await assign(ctx, tx, { queue, entry, conversation, question, choice });
  return 'GIVEN';
}

interface Choosing {
  queue: QueueRow;
  entry: EntryRow;
  conversation: LockedConversation;
  question: AgentQuestion;
  choice: AgentChoice;
}

function draftOf({ queue, entry, question, choice }: Omit<Choosing, 'conversation'>) {
  const { candidates: _candidates, ...inputs } = question;
  return { conversationId: entry.conversationId, queueId: queue.id, chosenAgentId: choice.chosen, inputs: { kind: 'AGENTS' as const, ...inputs }, candidates: choice.candidates };
}

async function assign(ctx: ConversationsContext, tx: Tx, choosing: Choosing): Promise<void> {
  const { queue, entry, choice } = choosing;
  const agentId = choice.chosen!;
  const decision = await recordDecision(ctx, tx, { ...draftOf(choosing), outcome: 'ASSIGNED' });
  await endWait(ctx, tx, entry.conversationId, { endedBy: 'ROUTING', agentId, decisionId: decision.id });
  await assignOwner(ctx, tx, {
    conversationId: entry.conversationId, agentId, expectedAgentId: null, because: decidedBy(choosing.question, choice.candidates),
    queueName: queue.name, waitedSeconds: Math.max(0, Math.round((ctx.clock.now() - entry.since) / SECOND)),
  });
}

async function offer(ctx: ConversationsContext, tx: Tx, choosing: Choosing): Promise<void> {
  const { queue, entry, conversation, question, choice } = choosing;
  const agentId = choice.chosen!;
  const now = ctx.clock.now();
  const decision = await recordDecision(ctx, tx, { ...draftOf(choosing), outcome: 'OFFERED' });
  const offerId = newId('off');
  await insertOffer(tx, {
    id: offerId, entryId: entry.id, conversationId: conversation.id, queueId: queue.id, agentId, decisionId: decision.id,
    units: question.units, state: 'OPEN', offeredAt: now, expiresAt: now + queue.acceptSeconds * SECOND, endedAt: null, reasonEnc: null,
  });
  await setEntryOffer(tx, entry.id, offerId);
  await touchHolder(tx, agentId, now);
  await saveConversation(ctx, tx, conversation, [{ kind: 'CONVERSATION_OFFERED', agentIds: [agentId] }]);
  announceQueue(ctx, tx, queue.id);
}

/** Says once that nobody may take it; a run every second must not fill the record with the same words. */
async function noteWaiting(ctx: ConversationsContext, tx: Tx, entry: EntryRow, question: AgentQuestion, choice: AgentChoice): Promise<void> {
  if (await selectIsNotedWaiting(tx, entry.conversationId)) return;
  const { candidates: _candidates, ...inputs } = question;
  await recordDecision(ctx, tx, {
    conversationId: entry.conversationId, outcome: 'WAITING', queueId: entry.queueId, inputs: { kind: 'AGENTS', ...inputs }, candidates: choice.candidates,
  });
}
