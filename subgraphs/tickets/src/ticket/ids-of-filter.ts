import type { Queryable } from '@careline/kit/db';
import { byOrder, listTicketIds } from './list-tickets.store.ts';
import type { TicketsWhere } from './list.types.ts';

const byDue = byOrder({ field: 'DUE', direction: 'ASC' });

/** Ids of the tickets that match, most urgent first, at most `limit`. */
export async function idsOfFilter(q: Queryable, where: TicketsWhere, limit: number): Promise<string[]> {
  return listTicketIds(q, where, byDue, { limit: limit - 1, isBackward: false, cursor: null });
}
