import type { TicketsContext } from '../context.ts';
import { solvedBefore } from './life.store.ts';
import { closeTicket } from './solve-ticket.ts';

const BATCH = 100;

/** Closes tickets that were solved before `before` and that nobody opened again. */
export async function closeSolved(ctx: TicketsContext, before: number): Promise<void> {
  for (let after: { at: number; id: string } | null = null, isMore = true; isMore;) {
    const found: { id: string; solvedAt: number | null }[] = await solvedBefore(ctx.db, before, after, BATCH);
    for (const { id } of found) {
      await closeTicket(ctx, id, true).catch((error: unknown) => ctx.log.error({ err: error, ticketId: id }, 'a solved ticket could not be closed'));
    }
    const last = found.at(-1);
    after = last ? { at: last.solvedAt!, id: last.id } : after;
    isMore = found.length === BATCH;
  }
}
