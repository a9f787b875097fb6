import { refuse } from '@careline/kit/errors';
import { DAY } from '@careline/kit/time';
import type { ConversationsContext, Runtime } from '../context.ts';
import { appendServiceLine, lockConversation, saveConversation } from './append-line.ts';
import { ownerOf } from './change-owner.ts';
import { actorOf } from './conversation.rules.ts';
import { lockFor } from './reach-conversation.ts';
import { deleteSnooze, selectDueSnoozes, upsertSnooze } from './snooze.store.ts';
import type { ConversationRow } from './conversation.types.ts';

const AHEAD_MAX_MS = 30 * DAY;
const BATCH = 100;

export interface SnoozeConversation {
  conversationId: string;
  until?: number | null;
}

/**
 * Hides a conversation from its owner's list until an instant or until the customer writes; without an instant it comes
 * back now. Saying the same again changes nothing. Refuses NOT_OWNER for who does not own it, OUT_OF_RANGE for an instant
 * that is past or more than 30 days ahead.
 */
export async function snoozeConversation(ctx: ConversationsContext, { conversationId, until = null }: SnoozeConversation): Promise<ConversationRow> {
  ctx.viewer.require('conversation:write');
  const now = ctx.clock.now();
  if (until !== null && (until <= now || until > now + AHEAD_MAX_MS)) {
    throw refuse('OUT_OF_RANGE', 'until', { zh: '请选择 30 天以内的将来时间。', en: 'Choose a time within the next 30 days.' });
  }
  return ctx.transaction(async (tx) => {
    const conversation = await lockFor(ctx, tx, conversationId, 'conversation:write');
    const { agentId } = ctx.viewer;
    if (!agentId || ownerOf(conversation) !== agentId) throw refuse('NOT_OWNER', 'conversationId', { zh: '只能暂缓自己负责的会话。', en: 'Only its own agent can snooze a conversation.' });
    if (until === null) {
      if (await deleteSnooze(tx, { conversationId, agentId })) await saveConversation(ctx, tx, conversation);
      return conversation;
    }
    await upsertSnooze(tx, { conversationId, agentId, wakesAt: until });
    await appendServiceLine(ctx, tx, conversation, { event: 'SNOOZED', facts: { until: new Date(until).toISOString() }, visibility: 'INTERNAL', actor: actorOf(ctx.viewer) });
    return conversation;
  });
}

/** Brings back what was snoozed until now. Rows are the timers: none is lost with a process, and of two workers one finds nothing left to do. */
export async function wakeSnoozed(runtime: Runtime): Promise<void> {
  const ctx = runtime.system('conversations');
  for (let isFull = true; isFull;) {
    const now = runtime.clock.now();
    const due = await selectDueSnoozes(runtime.db, now, BATCH);
    for (const { conversationId, agentId } of due) {
      await ctx.transaction(async (tx) => {
        const conversation = await lockConversation(tx, conversationId);
        if (await deleteSnooze(tx, { conversationId, agentId, until: now }) && conversation) await saveConversation(ctx, tx, conversation);
      });
    }
    isFull = due.length === BATCH;
  }
}
