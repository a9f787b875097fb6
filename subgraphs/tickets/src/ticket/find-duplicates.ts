import { HOUR } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { pairsOf, SIMILAR_FROM, similarity } from './similarity.rules.ts';
import { belongings } from './ticket.rules.ts';
import { openTickets, recentTicketsOf, type OpenTicket } from './ticket.store.ts';

const WITHIN_MS = 24 * HOUR;
const LOOKED_AT = 50;
const SHOWN = 5;

export interface Duplicate {
  ticket: OpenTicket;
  similarity: number;
}

/** What a person already asked for in much the same words within a day, most similar first; only what the caller may read. */
export async function findDuplicates(ctx: TicketsContext, { customerId, text }: { customerId: string; text: string }): Promise<Duplicate[]> {
  ctx.viewer.require('ticket:create');
  const typed = pairsOf(text);
  const rows = await recentTicketsOf(ctx.db, customerId, ctx.clock.now() - WITHIN_MS, LOOKED_AT);
  const readable = rows.filter((row) => row.mergedIntoId === null && ctx.viewer.covers('ticket:read', belongings(row)));
  return (await openTickets(ctx.vault, ctx.db, readable))
    .map((ticket) => ({ ticket, similarity: similarity(typed, pairsOf(`${ticket.subject ?? ''}\n${ticket.description ?? ''}`)) }))
    .filter((one) => one.similarity >= SIMILAR_FROM)
    .sort((one, other) => other.similarity - one.similarity || other.ticket.createdAt - one.ticket.createdAt)
    .slice(0, SHOWN);
}
