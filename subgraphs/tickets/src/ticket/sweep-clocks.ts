import type { TicketsContext } from '../context.ts';
import { dueClocks, type DueClock } from '../sla/index.ts';
import { changeTicket } from './change-tickets.ts';
import { endWaitsExcept, sweepConversations } from './sweep-conversations.ts';

const BATCH = 200;
/** A batch of tickets made together is due together: the last must not wait for all others. More would take the connections of those who ask. */
const LANES = 4;

/**
 * Lets happen what is due: breaches, warnings, escalations, and the opening and closing of hours.
 *
 * Rows are the timers, so nothing is lost with a process. Each ticket is one transaction under the lock of its row, as
 * every verb: of two workers one finds nothing left to do, and a reply that was stored first is heeded.
 */
export async function sweepClocks(ctx: TicketsContext): Promise<void> {
  const now = ctx.clock.now();
  const done = new Set<string>();
  // Each clock is met once in a sweep: one that cannot go on must not keep those behind it waiting.
  for (let after: DueClock | null = null, isMore = true; isMore;) {
    const due: DueClock[] = await dueClocks(ctx.db, now, after, BATCH);
    const ofConversations = due.filter(({ conversationId }) => conversationId !== null && !done.has(conversationId));
    const ticketIds = [...new Set(due.map(({ ticketId }) => ticketId))].filter((id) => id !== null && !done.has(id)) as string[];
    for (const id of [...ticketIds, ...ofConversations.map(({ conversationId }) => conversationId!)]) done.add(id);
    const waiting = ticketIds.values();
    await Promise.all(Array.from({ length: LANES }, async () => {
      for (const id of waiting) await tick(ctx, id);
    }));
    await sweepConversations(ctx, ofConversations);
    after = due.at(-1) ?? after;
    isMore = due.length === BATCH;
  }
  endWaitsExcept(done);
}

async function tick(ctx: TicketsContext, ticketId: string): Promise<void> {
  await changeTicket(ctx, ticketId, null, (life) => life.tick()).catch((error: unknown) => ctx.log.error({ err: error, ticketId }, 'the clocks of a ticket could not go on'));
}
