import { parsePage, toConnection, type Connection, type PageArgs } from '@careline/kit/graphql';
import type { TicketsContext } from '../context.ts';
import type { TicketFilter, TicketOrder } from './list.types.ts';
import { readTickets } from './read-tickets.ts';
import { joinedList } from './read-views.ts';
import type { OpenTicket } from './ticket.store.ts';

export interface ListTickets extends PageArgs {
  viewId?: string | null;
  filter?: TicketFilter | null;
  orderBy?: TicketOrder | null;
}

/** A page of the tickets that view, filter and the caller's scope have in common. Throws BAD_USER_INPUT for a view the caller does not have. */
export async function readList(ctx: TicketsContext, args: ListTickets, isCounted: boolean): Promise<Connection<OpenTicket>> {
  const { joined, order } = await joinedList(ctx, args.viewId, args.filter);
  if (!joined) return toConnection([], parsePage(args, []), () => ({}), isCounted ? 0 : null);
  return readTickets(ctx, { args, filter: joined.filter, also: joined.also, order: args.orderBy ?? order, isCounted });
}
