import type { TicketFilter, TicketOrder, TicketRowFragment, TicketsQuery } from '../../gql/graphql.ts';

/** A ticket as the list shows it; `readAt` is the server time at which its clocks were read. */
export type TicketRow = NonNullable<TicketsQuery['tickets']>['nodes'][number] & { readAt: number };

export interface TicketAsk {
  /** A saved view; null: the filter says it all. */
  viewId: string | null;
  filter: TicketFilter;
  orderBy: TicketOrder;
}

type Ordered = Pick<TicketRowFragment, 'id' | 'priority' | 'createdAt' | 'updatedAt'> & { nextClock?: { dueAt: string } | null };

/** Behind every instant: who waits for nothing comes last. */
const NEVER = '~';

function keysOf(row: Ordered, { field }: TicketOrder): string[] {
  if (field === 'PRIORITY') return [row.priority, row.createdAt, row.id];
  if (field === 'CREATED') return [row.createdAt, row.id];
  return [field === 'UPDATED' ? row.updatedAt : row.nextClock?.dueAt ?? NEVER, row.id];
}

/** Whether one row stands before another in the order of a list, as the server orders it. */
export function isBefore(one: Ordered, other: Ordered, order: TicketOrder): boolean {
  const [left, right] = [keysOf(one, order), keysOf(other, order)];
  const place = left.findIndex((key, index) => key !== right[index]);
  return place >= 0 && left[place]! < right[place]! === (order.direction === 'ASC');
}

/** The rows with one put where it belongs. Behind the last row that was read it waits for its page. */
export function placeRow<Row extends Ordered>(rows: readonly Row[], row: Row, order: TicketOrder, hasMore: boolean): Row[] {
  const others = rows.filter(({ id }) => id !== row.id);
  const place = others.findIndex((other) => isBefore(row, other, order));
  if (place < 0) return hasMore ? others : [...others, row];
  return [...others.slice(0, place), row, ...others.slice(place)];
}
