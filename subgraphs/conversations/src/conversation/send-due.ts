import { AppError, Refusal } from '@careline/kit/errors';
import { identityOfAgent } from '../agent/index.ts';
import type { ConversationsContext, Runtime } from '../context.ts';
import { lockConversation, saveConversation } from './append-line.ts';
import { scanLoaders } from './conversation.loaders.ts';
import { commitScheduled } from './schedule-message.ts';
import { readScheduled } from './scheduled-content.ts';
import { endScheduled, selectDue, stopScheduled, type ScheduledRow, type SendingStop } from './scheduled.store.ts';
import type { MessageContent } from './conversation.types.ts';

const BATCH = 200;

/**
 * Sends what waited until now, each in the name of its author and with the rights the author has now. Rows are the timers: none is lost with a
 * process, and whichever of two workers comes second finds the message stored. Conversations go side by side, within one in the order of their times.
 */
export async function sendDueMessages(runtime: Runtime): Promise<void> {
  const lines = new Map<string, ScheduledRow[]>();
  for (const row of await selectDue(runtime.db, runtime.clock.now(), BATCH)) lines.set(row.conversationId, [...(lines.get(row.conversationId) ?? []), row]);
  await Promise.all([...lines.values()].map((line) => sendLine(runtime, line)));
}

async function sendLine(runtime: Runtime, line: readonly ScheduledRow[]): Promise<void> {
  for (const row of line) {
    try {
      await sendOne(runtime, row);
    } catch (error) {
      // Its time has come all the same: the next look tries again, and those behind it wait for their turn.
      runtime.log.warn({ err: error, scheduledMessageId: row.id }, 'a scheduled message could not be sent yet');
      return;
    }
  }
}

async function sendOne(runtime: Runtime, row: ScheduledRow): Promise<void> {
  const system = runtime.system('scheduled messages');
  const identity = await identityOfAgent(system, row.agentId);
  if (!identity) return stop(system, row, 'NOT_ALLOWED');
  const ctx = runtime.contextOf(identity);
  const content = await readScheduled(ctx, row);
  if (!content) return end(system, row);
  if (await isBlocked(ctx, content)) return stop(system, row, 'FILE_BLOCKED');
  try {
    const sent = await commitScheduled(ctx, row, content, {
      lastSeenSeq: row.lastSeenSeq, isConfirmed: false, scheduled: { id: row.id, isUnattended: true, isSentAnyway: row.isSentAnyway },
    });
    // Sent under its id in another way, while it waited.
    if (sent.isReplay) await end(system, row, 'SENT');
  } catch (error) {
    const because = stopOf(error);
    if (!because) throw error;
    await stop(system, row, because);
  }
}

function stopOf(error: unknown): SendingStop | null {
  if (error instanceof Refusal) return error.code === 'CONFLICT_NEW_MESSAGES' ? 'ANSWERED' : error.code === 'WRONG_STATE' ? 'CLOSED' : 'NOT_ALLOWED';
  return error instanceof AppError && (error.code === 'FORBIDDEN' || error.code === 'NOT_FOUND') ? 'NOT_ALLOWED' : null;
}

async function isBlocked(ctx: ConversationsContext, { files }: MessageContent): Promise<boolean> {
  const verdicts = await ctx.loaders.of(scanLoaders).isBlocked.loadMany(files.map((file) => file.attachmentId));
  return verdicts.includes(true);
}

/** Leaves it where it is, with the reason, and tells its author. One that was ended meanwhile stays ended. */
async function stop(ctx: ConversationsContext, row: ScheduledRow, because: SendingStop): Promise<void> {
  await ctx.transaction(async (tx) => {
    const conversation = await lockConversation(tx, row.conversationId);
    if (!conversation || !(await stopScheduled(tx, row.id, because))) return;
    await saveConversation(ctx, tx, conversation, [{ kind: 'SENDING_STOPPED', agentIds: [row.agentId] }]);
  });
}

async function end(ctx: ConversationsContext, row: ScheduledRow, outcome: 'SENT' | 'CANCELED' = 'CANCELED'): Promise<void> {
  await ctx.transaction(async (tx) => {
    const conversation = await lockConversation(tx, row.conversationId);
    await endScheduled(tx, [row.id], outcome, ctx.clock.now());
    if (conversation) await saveConversation(ctx, tx, conversation);
  });
}
