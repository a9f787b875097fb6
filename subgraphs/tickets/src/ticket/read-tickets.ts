import { appError } from '@careline/kit/errors';
import type { Page } from '@careline/kit/graphql';
import { and, type SQL } from 'drizzle-orm';
import type { TicketsContext } from '../context.ts';
import { countTickets, inScope, listTickets, matching, type TicketFilter, type TicketListing } from './list-tickets.store.ts';
import { belongings, withDescendants } from './ticket.rules.ts';
import { openTickets, ticketIdByNumber, type OpenTicket } from './ticket.store.ts';

/** One ticket by id or number; null when there is none or it lies outside the caller's scope. */
export async function readTicket(ctx: TicketsContext, by: { id?: string | null; number?: string | null }): Promise<OpenTicket | null> {
  if ((by.id == null) === (by.number == null)) {
    throw appError('BAD_USER_INPUT', { words: { zh: '请在 id 与 number 中只给出一个。', en: 'Give exactly one of id and number.' } });
  }
  const id = by.id ?? (/^\d{1,15}$/.test(by.number!) ? await ticketIdByNumber(ctx.db, Number(by.number)) : null);
  const ticket = id ? await ctx.loaders.ticket.load(id) : null;
  return ticket && ctx.viewer.covers('ticket:read', belongings(ticket)) ? ticket : null;
}

export interface TicketsAsk {
  filter: TicketFilter;
  listing: TicketListing;
  /** A condition of the place the list hangs on. */
  within?: SQL | undefined;
  isCounted: boolean;
}

/** Tickets that match and lie in the caller's scope; their number only when asked for. */
export async function readTickets(ctx: TicketsContext, ask: TicketsAsk, page: Page): Promise<{ rows: OpenTicket[]; totalCount: number | null }> {
  const { viewer } = ctx;
  const scope = viewer.require('ticket:read');
  const seen = scope === 'ALL' ? null : { agentId: viewer.agentId, queueIds: scope === 'TEAM' ? viewer.identity!.queueIds : [] };
  const where = and(inScope(seen), ask.within, matching(await wholeFilter(ctx, ask.filter)));
  const rows = await listTickets(ctx.db, where, ask.listing, page);
  return { rows: await openTickets(ctx.vault, ctx.db, rows), totalCount: ask.isCounted ? await countTickets(ctx.db, where) : null };
}

async function wholeFilter(ctx: TicketsContext, filter: TicketFilter): Promise<TicketFilter> {
  if ((filter.ids?.length ?? 0) > 1_000) throw appError('BAD_USER_INPUT', { words: { zh: '最多 1,000 个编号。', en: 'At most 1,000 ids.' } });
  if (!filter.categoryIds?.length) return filter;
  return { ...filter, categoryIds: withDescendants(await ctx.loaders.categories(), filter.categoryIds) };
}
