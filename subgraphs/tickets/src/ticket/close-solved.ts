import type { TicketsContext } from '../context.ts';
import { solvedBefore } from './life.store.ts';
import { closeTicket } from './solve-ticket.ts';

const BATCH = 100;

/** Closes tickets that were solved before `before` and that nobody opened again. */
export async function closeSolved(ctx: TicketsContext, before: number): Promise<void> {
  for (const id of await solvedBefore(ctx.db, before, BATCH)) {
    await closeTicket(ctx, id, true).catch((error: unknown) => ctx.log.error({ err: error, ticketId: id }, 'a solved ticket could not be closed'));
  }
}
