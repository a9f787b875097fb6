import type { Tx } from '@careline/kit/db';
import { appendEvents } from '@careline/kit/events';
import { ticketEntryAdded, type EventDraft } from '@careline/schema/events';
import type { TicketsContext } from '../context.ts';
import { entriesOfCustomer } from './life.store.ts';
import type { EntryKind, EntryRow, Visibility } from './ticket.tables.ts';

/** A ticket as the timeline of its customer names it. */
export interface ToldTicket {
  id: string;
  number: number;
  customerId: string | null;
}

type Told = Pick<EntryRow, 'id' | 'seq' | 'kind' | 'facts' | 'actorKind' | 'actorId' | 'at'>;
type Scalar = string | number | boolean | null;

/** Which lines of a ticket's life the timeline tells, and which of their facts: none that a person wrote. */
const FACTS: Partial<Record<EntryKind, readonly string[]>> = {
  CREATED: ['priority', 'categoryKey', 'isTimed'], COMMENT: ['visibility'], CHANGED: ['field', 'from', 'to'], PRIORITISED: ['from', 'to'],
  ESCALATED: ['target', 'teamKey', 'afterSeconds'], CLOCK_PAUSED: ['target', 'pauseReason'], CLOCK_RESUMED: ['target', 'dueAt'],
  CLOCK_MET: ['target', 'usedSeconds'], CLOCK_BREACHED: ['target', 'dueAt'],
};
/** Fields whose values are ids or keys; of others the timeline tells only that they changed. */
const OPEN_FIELDS = new Set(['state', 'agent', 'team', 'category']);
const PAGE = 500;

/** The events by which the timeline of the customer hears of new lines; none for a ticket whose customer was erased. */
export async function announceEntries(tx: Tx, lines: readonly { ticket: ToldTicket; entry: Told; visibility: Visibility | null }[], at: number): Promise<void> {
  await appendEvents(tx, lines.flatMap(({ ticket, entry, visibility }) => eventOf(ticket, entry, visibility) ?? []), at);
}

function eventOf(ticket: ToldTicket, entry: Told, visibility: Visibility | null): EventDraft | null {
  const names = FACTS[entry.kind];
  // Who follows a ticket is a matter among colleagues.
  if (!names || !ticket.customerId || entry.facts?.field === 'followers') return null;
  const known: Record<string, unknown> = { ...entry.facts, visibility };
  const isOpen = entry.kind !== 'CHANGED' || OPEN_FIELDS.has(String(known.field));
  const facts = Object.fromEntries(names.map((name) => [name, name === 'field' || isOpen ? scalar(known[name]) : null]));
  return ticketEntryAdded.make(ticket.id, {
    entryId: entry.id, seq: entry.seq, ticketId: ticket.id, number: String(ticket.number), customerId: ticket.customerId, kind: entry.kind, at: entry.at,
    facts, by: { kind: entry.actorKind, id: entry.actorId },
  });
}

const scalar = (value: unknown): Scalar => (['string', 'number', 'boolean'].includes(typeof value) ? (value as Scalar) : null);

/** What `announceEntries` announced of all tickets of a customer, made anew from the lines themselves; page by page, in the order of ids. */
export async function readTimelineLines(ctx: TicketsContext, input: { customerId: string; afterId?: string | null }): Promise<{ entries: unknown[]; lastId: string | null }> {
  ctx.viewer.requireAll('service:read');
  const lines = await entriesOfCustomer(ctx.db, input.customerId, input.afterId ?? null, PAGE);
  const entries = lines.flatMap(({ ticket, entry, visibility }) => eventOf(ticket, entry, visibility)?.data ?? []);
  return { entries, lastId: lines.length === PAGE ? lines.at(-1)!.entry.id : null };
}
