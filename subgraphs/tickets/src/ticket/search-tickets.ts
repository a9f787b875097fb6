import { parsePage, type Connection, type PageArgs } from '@careline/kit/graphql';
import { AHEAD, findPage, readWanted, snippetOf, type Hit, type Snippet } from '@careline/kit/search';
import type { TicketsContext } from '../context.ts';
import { listTickets, openFirst, ticketsAt } from './list-tickets.store.ts';
import type { TicketFilter, TicketsWhere } from './list.types.ts';
import { numberOf, ticketsWhere } from './read-tickets.ts';
import { openComment } from './read-words.ts';
import { openTickets, ticketIdByNumber, type OpenTicket } from './ticket.store.ts';
import { ticketIndex, ticketText, TICKET_SEQ } from './ticket-words.ts';

export interface SearchTickets extends PageArgs {
  text: string;
  filter?: TicketFilter | null;
}

export interface TicketHit extends Hit, Snippet {
  ticket: OpenTicket;
  /** Null: the ticket's own words matched. */
  seq: number | null;
}

/**
 * Tickets of the caller's list in whose own words, or in one of whose comments, all words stand; the one with the newest such
 * text first. Before them the ticket whose number the text is.
 */
export async function searchTickets(ctx: TicketsContext, { text, filter, ...page }: SearchTickets): Promise<Connection<TicketHit>> {
  const { terms, tokens } = readWanted(ctx.keyring, text);
  const where = await ticketsWhere(ctx, filter ?? {});
  return findPage(ctx.db, ticketIndex, {
    tokens, page, ahead: await byNumber(ctx, text, where),
    async read(places) {
      const candidates = await ticketsAt(ctx.db, ticketIndex.table, places, where);
      const keys = await ctx.vault.keysOf(ctx.db, candidates.flatMap(({ ticket }) => ticket.customerId ?? []));
      const tickets = await openTickets(ctx.vault, ctx.db, candidates.map(({ ticket }) => ticket));
      return candidates.flatMap(({ place, seq, comment }, at): TicketHit[] => {
        const ticket = tickets[at]!;
        const words = seq === TICKET_SEQ ? ticketText(ticket) : comment && openComment(keys.get(ticket.customerId ?? ''), comment);
        const snippet = words ? snippetOf(words, terms) : null;
        return snippet ? [{ place, ownerId: ticket.id, ticket, seq: seq === TICKET_SEQ ? null : seq, ...snippet }] : [];
      });
    },
  });
}

/** The ticket of this number, `20481` or `#20481`; null when the text is none, or the ticket is not among those asked for. */
async function byNumber(ctx: TicketsContext, text: string, where: TicketsWhere): Promise<TicketHit | null> {
  const asked = numberOf(text.trim());
  const id = asked === null ? null : await ticketIdByNumber(ctx.db, asked);
  if (id === null || where.filter.ids?.includes(id) === false) return null;
  const only = { ...where, filter: { ...where.filter, ids: [id] } };
  const [row] = await listTickets(ctx.db, only, openFirst, parsePage({ first: 1 }, openFirst.parts.map(({ name }) => name)));
  if (!row) return null;
  const [ticket] = await openTickets(ctx.vault, ctx.db, [row]);
  const number = `#${row.number}`;
  return { place: AHEAD, ownerId: row.id, ticket: ticket!, seq: null, snippet: [number, ticket!.subject].filter(Boolean).join(' '), highlights: [{ start: 0, end: number.length }] };
}
