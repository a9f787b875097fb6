import { parseId, type Tx } from '@careline/kit/db';
import { appError } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import { aroundOf, TicketLife } from './ticket-life.ts';

/**
 * Changes tickets that have to do with each other in one transaction, each under the permission named for it (null: the system
 * acts); `fn` gets them in the order asked for. Throws as `changeTicket`.
 */
export async function changeLinked<Result>(
  ctx: TicketsContext, wanted: readonly { ticketId: string; permission: string | null }[], fn: (lives: TicketLife[], tx: Tx) => Promise<Result>,
): Promise<Result> {
  for (const { ticketId, permission } of wanted) {
    if (permission) ctx.viewer.require(permission);
    if (!parseId('tkt', ticketId)) throw appError('NOT_FOUND');
  }
  const around = await aroundOf(ctx);
  // Locked in one order by everybody, so that two who want the same two never wait for each other.
  const inOrder = [...wanted].sort((one, other) => (one.ticketId < other.ticketId ? -1 : 1));
  return ctx.db.transaction(async (tx) => {
    const lives = new Map<string, TicketLife>();
    for (const { ticketId, permission } of inOrder) lives.set(ticketId, await TicketLife.open(ctx, tx, ticketId, permission, around));
    const result = await fn(wanted.map(({ ticketId }) => lives.get(ticketId)!), tx);
    for (const life of lives.values()) await life.save();
    return result;
  });
}
