import type { Connection, PageArgs } from '@careline/kit/graphql';
import { findPage, readWanted, snippetOf, type Hit, type Snippet } from '@careline/kit/search';
import type { TicketsContext } from '../context.ts';
import { ticketsAt } from './list-tickets.store.ts';
import type { TicketFilter } from './list.types.ts';
import { ticketsWhere } from './read-tickets.ts';
import { openComment } from './read-words.ts';
import { openTickets, type OpenTicket } from './ticket.store.ts';
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

/** Tickets of the caller's list in whose own words, or in one of whose comments, all words stand; the one with the newest such text first. */
export async function searchTickets(ctx: TicketsContext, { text, filter, ...page }: SearchTickets): Promise<Connection<TicketHit>> {
  const { terms, tokens } = readWanted(ctx.keyring, text);
  const where = await ticketsWhere(ctx, filter ?? {});
  return findPage(ctx.db, ticketIndex, {
    tokens, page,
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
