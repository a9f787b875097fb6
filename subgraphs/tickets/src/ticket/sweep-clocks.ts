import type { TicketsContext } from '../context.ts';
import { ticketsWithDueClocks } from '../sla/index.ts';
import { changeTicket } from './ticket-life.ts';

const BATCH = 200;

/**
 * Lets happen what is due: breaches, warnings, escalations, and the opening and closing of hours.
 *
 * Rows are the timers, so nothing is lost with a process. Each ticket is one transaction under the lock of its row, as
 * every verb: of two workers one finds nothing left to do, and a reply that was stored first is heeded.
 */
export async function sweepClocks(ctx: TicketsContext): Promise<void> {
  const failed = new Set<string>();
  for (;;) {
    const due = (await ticketsWithDueClocks(ctx.db, ctx.clock.now(), BATCH)).filter((id) => !failed.has(id));
    if (due.length === 0) return;
    for (const id of due) {
      try {
        await changeTicket(ctx, id, null, (life) => life.tick());
      } catch (error) {
        // One ticket that cannot be read must not keep the others waiting; the next sweep tries it again.
        failed.add(id);
        ctx.log.error({ err: error, ticketId: id }, 'the clocks of a ticket could not go on');
      }
    }
    if (due.length < BATCH) return;
  }
}
