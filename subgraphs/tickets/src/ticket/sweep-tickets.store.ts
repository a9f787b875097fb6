import { inList, type Queryable } from '@careline/kit/db';
import { and, asc, desc, eq, gt, gte, lte, or } from 'drizzle-orm';
import { ticketEntries, tickets, type TicketRow, type TicketState } from './ticket.tables.ts';

/** Where a sweep over tickets in the order of an instant has come to; without an id everything of that instant is behind it. */
export interface SweepPlace {
  at: number;
  id: string | null;
}

const STATES: readonly TicketState[] = ['NEW', 'OPEN', 'PENDING', 'ON_HOLD', 'SOLVED', 'CLOSED'];

/** Tickets in these states (empty: in any) that were created or changed last after a place and up to an instant, in that order. */
export async function ticketsPassing(
  q: Queryable, by: 'CREATED' | 'UPDATED', states: readonly TicketState[], { from, until }: { from: SweepPlace; until: number }, limit: number,
): Promise<Pick<TicketRow, 'id' | 'createdAt' | 'updatedAt'>[]> {
  const column = by === 'CREATED' ? tickets.createdAt : tickets.updatedAt;
  const after = from.id ? or(gt(column, from.at), and(eq(column, from.at), gt(tickets.id, from.id))) : gt(column, from.at);
  return q.orm.select({ id: tickets.id, createdAt: tickets.createdAt, updatedAt: tickets.updatedAt }).from(tickets)
    .where(and(inList(tickets.state, states.length > 0 ? states : STATES), gte(column, from.at), lte(column, until), after))
    .orderBy(asc(column), asc(tickets.id)).limit(limit);
}

/** Tickets in a state that changed last at or after an instant, in that order, from a place on. */
export async function ticketsChangedSince(q: Queryable, state: TicketState, since: number, after: SweepPlace | null, limit: number): Promise<TicketRow[]> {
  const { updatedAt, id } = tickets;
  const place = after ? or(gt(updatedAt, after.at), and(eq(updatedAt, after.at), gt(id, after.id!))) : undefined;
  return q.orm.select().from(tickets).where(and(eq(tickets.state, state), gte(updatedAt, after?.at ?? since), place)).orderBy(asc(updatedAt), asc(id)).limit(limit);
}

/** Who wrote the last lines of a ticket's life, the newest first. */
export async function lastActors(q: Queryable, ticketId: string, limit: number): Promise<{ actorKind: string; actorId: string | null }[]> {
  return q.orm.select({ actorKind: ticketEntries.actorKind, actorId: ticketEntries.actorId }).from(ticketEntries)
    .where(eq(ticketEntries.ticketId, ticketId)).orderBy(desc(ticketEntries.seq)).limit(limit);
}
