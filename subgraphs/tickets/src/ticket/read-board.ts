import { appError } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import { reachOf } from '../reach.rules.ts';
import { joinFilters } from './filter.rules.ts';
import { byOrder, countTickets, listTickets } from './list-tickets.store.ts';
import type { TicketFilter, TicketsWhere } from './list.types.ts';
import { joinedList } from './read-views.ts';
import { TICKET_STATES } from './ticket.rules.ts';
import { openTickets, type OpenTicket } from './ticket.store.ts';
import type { TicketRow, TicketState } from './ticket.tables.ts';

const PER_COLUMN_MAX = 50;

export interface TicketColumn {
  state: TicketState;
  count: number;
  tickets: OpenTicket[];
}

/** One column for each state with its count and its first tickets in the order of the view. Throws BAD_USER_INPUT as `tickets` does, and for more tickets in a column than 50. */
export async function readBoard(ctx: TicketsContext, { viewId, filter, firstPerColumn }: { viewId?: string | null; filter?: TicketFilter | null; firstPerColumn: number }): Promise<TicketColumn[]> {
  const scope = reachOf(ctx.viewer, 'ticket:read');
  if (firstPerColumn < 1 || firstPerColumn > PER_COLUMN_MAX) throw appError('BAD_USER_INPUT', { words: { zh: `每列 1 到 ${PER_COLUMN_MAX} 个工单。`, en: `1 to ${PER_COLUMN_MAX} tickets for each column.` } });
  const { joined, order } = await joinedList(ctx, viewId, filter);
  const listing = byOrder(order);
  const now = ctx.clock.now();
  const found = await Promise.all(TICKET_STATES.map(async (state): Promise<{ state: TicketState; count: number; rows: TicketRow[] }> => {
    const ofState = joined && joinFilters(joined.filter, { states: [state] });
    if (!ofState) return { state, count: 0, rows: [] };
    const where: TicketsWhere = { filter: ofState.filter, also: joined.also, scope, conversationId: null, parentId: null, now };
    const [rows, count] = await Promise.all([listTickets(ctx.db, where, listing, { limit: firstPerColumn, cursor: null, isBackward: false }), countTickets(ctx.db, where)]);
    return { state, count, rows: rows.slice(0, firstPerColumn) };
  }));
  const opened = new Map((await openTickets(ctx.vault, ctx.db, found.flatMap(({ rows }) => rows))).map((row) => [row.id, row]));
  return found.map(({ state, count, rows }) => ({ state, count, tickets: rows.map(({ id }) => opened.get(id)!) }));
}
