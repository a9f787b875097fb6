import { parseId, type Tx } from '@careline/kit/db';
import { appError } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import { TicketLife } from './ticket-life.ts';
import type { Around } from './ticket-life.types.ts';

/** Read before a transaction: one that asks the pool for a second connection waits for ever once all of them do. */
export const aroundOf = async (ctx: TicketsContext): Promise<Around> => ({ teams: await ctx.teamIds(), categories: await ctx.loaders.categories() });

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

/** Changes several tickets under one permission, all or none; `fn` gets each once, by its id. Throws as `changeTicket`. */
export function changeTickets<Result>(ctx: TicketsContext, ticketIds: readonly string[], permission: string | null, fn: (lives: ReadonlyMap<string, TicketLife>, tx: Tx) => Promise<Result>): Promise<Result> {
  const wanted = [...new Set(ticketIds)].map((ticketId) => ({ ticketId, permission }));
  return changeLinked(ctx, wanted, (lives, tx) => fn(new Map(lives.map((life) => [life.row.id, life])), tx));
}

/**
 * Changes one ticket in one transaction. Throws NOT_FOUND for who may not read it and FORBIDDEN for who may not do this;
 * what `fn` refuses leaves nothing behind.
 */
export function changeTicket<Result>(ctx: TicketsContext, ticketId: string, permission: string | null, fn: (life: TicketLife, tx: Tx) => Promise<Result>): Promise<Result> {
  return changeLinked(ctx, [{ ticketId, permission }], ([life], tx) => fn(life!, tx));
}
