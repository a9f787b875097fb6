import type { KeyPart } from '../keyset.store.ts';
import type { Reach } from '../reach.rules.ts';
import type { ClockFilter } from '../sla/index.ts';
import type { Priority } from './ticket.rules.ts';
import type { TicketRow, TicketState } from './ticket.tables.ts';

export interface TicketFilter extends ClockFilter {
  states?: TicketState[] | null;
  priorities?: Priority[] | null;
  categoryIds?: string[] | null;
  customerId?: string | null;
  agentIds?: string[] | null;
  isUnassigned?: boolean | null;
  teamIds?: string[] | null;
  tags?: string[] | null;
  createdAfter?: number | null;
  createdBefore?: number | null;
  ids?: string[] | null;
}

export interface TicketOrder {
  field: 'DUE' | 'PRIORITY' | 'CREATED' | 'UPDATED';
  direction: 'ASC' | 'DESC';
}

/** How a list of tickets is ordered: by what, its key columns, and the cursor of a row. */
export interface TicketListing {
  order: TicketOrder['field'] | 'OPEN_FIRST';
  parts: KeyPart[];
  cursorOf(row: TicketRow): Record<string, string | number>;
}

/** Which tickets: what matches, within what the caller may see, on one conversation when named. */
export interface TicketsWhere {
  filter: TicketFilter;
  /** More that must hold, and that could not be joined with the filter. */
  also?: TicketFilter | null;
  /** Null: the caller sees everything. */
  scope: Reach | null;
  conversationId: string | null;
  /** Only children of this incident; null: all. */
  parentId: string | null;
  now: number;
}
