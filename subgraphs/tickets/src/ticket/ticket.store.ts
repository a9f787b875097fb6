import type { DataKey, Vault } from '@careline/kit/crypto';
import { type Db, gathered, inList, insertMany, parseId, type Queryable, type Tx } from '@careline/kit/db';
import { and, asc, desc, eq, gte } from 'drizzle-orm';
import type { FieldValues } from './form.rules.ts';
import { ticketAttachments, ticketConversations, ticketEntries, tickets, type EntryRow, type NewTicketRow, type TicketRow } from './ticket.tables.ts';

/** A ticket whose words are open. */
export interface OpenTicket extends TicketRow {
  /** Null after erasure. */
  subject: string | null;
  /** Null when empty or erased. */
  description: string | null;
  /** Custom fields by key; empty after erasure. */
  fields: FieldValues;
}

const subjectPlace = (id: string) => `tickets|sealed_subject|${id}`;
/** Where the words of a comment and of a reason are sealed to. */
export const commentPlace = (id: string) => `ticket_comments|sealed_text|${id}`;
export const reasonPlace = (entryId: string) => `ticket_entries|sealed_reason|${entryId}`;
const fieldsPlace = (id: string) => `tickets|sealed_fields|${id}`;
const descriptionPlace = (id: string) => `tickets|sealed_description|${id}`;

/** The first of `count` new numbers for people. A failed creation leaves a gap; no number comes twice. */
export async function takeTicketNumbers(db: Db, count: number): Promise<number> {
  if (!takers.has(db)) takers.set(db, gathered((asks: readonly { count: number }[]) => takeNumbers(db, asks)));
  return (await takers.get(db)!({ count }))!;
}

/** Who asks while others are being answered is answered with them: one commit for all of them. */
const takers = new WeakMap<Db, (ask: { count: number }) => Promise<number | undefined>>();

async function takeNumbers(db: Db, asks: readonly { count: number }[]): Promise<Map<{ count: number }, number>> {
  const sum = asks.reduce((all, { count }) => all + count, 0);
  const { insertId } = await db.execute("UPDATE /* takeTicketNumbers */ counters SET next_value = LAST_INSERT_ID(next_value) + ? WHERE name = 'ticket'", [sum]);
  let next = insertId;
  return new Map(asks.map((ask) => {
    next += ask.count;
    return [ask, next - ask.count];
  }));
}

export const sealSubject = (key: DataKey, id: string, subject: string): Buffer => key.seal(subjectPlace(id), subject);

export const sealDescription = (key: DataKey, id: string, description: string | null): Buffer | null => (description ? key.seal(descriptionPlace(id), description) : null);

/** Custom fields, sealed; null when there are none. */
export const sealFields = (key: DataKey, id: string, values: FieldValues): Buffer | null => (Object.keys(values).length > 0 ? key.seal(fieldsPlace(id), JSON.stringify(values)) : null);

/** The custom fields of a ticket under the key of its customer; empty without one. */
export const openFields = (key: DataKey | null | undefined, { id, sealedFields }: Pick<TicketRow, 'id' | 'sealedFields'>): FieldValues =>
  (key && sealedFields ? (JSON.parse(key.open(fieldsPlace(id), sealedFields)) as FieldValues) : {});

/** The sealed columns of a new ticket. */
export function sealWords(key: DataKey, id: string, words: { subject: string; description: string | null }): Pick<NewTicketRow, 'sealedSubject' | 'sealedDescription'> {
  return { sealedSubject: sealSubject(key, id, words.subject), sealedDescription: sealDescription(key, id, words.description) };
}

/** Opens the words of tickets, one key look-up for all. */
export async function openTickets(vault: Vault, q: Queryable, rows: readonly TicketRow[]): Promise<OpenTicket[]> {
  const keys = await vault.keysOf(q, rows.flatMap((row) => row.customerId ?? []));
  return rows.map((row) => {
    const key = row.customerId ? keys.get(row.customerId) : undefined;
    return {
      ...row,
      subject: key ? key.open(subjectPlace(row.id), row.sealedSubject) : null,
      fields: openFields(key, row),
      description: key && row.sealedDescription ? key.open(descriptionPlace(row.id), row.sealedDescription) : null,
    };
  });
}

/** Tickets by id, in any order; ids of nothing are left out. */
export async function ticketsById(q: Queryable, ids: readonly string[]): Promise<TicketRow[]> {
  const known = ids.filter((id) => parseId('tkt', id));
  return known.length === 0 ? [] : q.orm.select().from(tickets).where(inList(tickets.id, known));
}

/** Numbers of tickets, without reading what was written in them. */
export async function numbersById(q: Queryable, ids: readonly string[]): Promise<Pick<TicketRow, 'id' | 'number'>[]> {
  return ids.length === 0 ? [] : q.orm.select({ id: tickets.id, number: tickets.number }).from(tickets).where(inList(tickets.id, ids));
}

export async function ticketIdByNumber(q: Queryable, number: number): Promise<string | null> {
  const [row] = await q.orm.select({ id: tickets.id }).from(tickets).where(eq(tickets.number, number));
  return row?.id ?? null;
}

/** The last tickets of a person since an instant, newest first. */
export async function recentTicketsOf(q: Queryable, customerId: string, since: number, limit: number): Promise<TicketRow[]> {
  if (!parseId('cus', customerId)) return [];
  return q.orm.select().from(tickets).where(and(eq(tickets.customerId, customerId), gte(tickets.createdAt, since))).orderBy(desc(tickets.createdAt)).limit(limit);
}

export interface NewTicket {
  ticket: NewTicketRow;
  entries: EntryRow[];
  conversationId: string | null;
  attachmentIds: string[];
}

const BATCH = 200;

/** Stores tickets with their first entries and links, in batches that keep statements small. */
export async function insertTickets(tx: Tx, made: readonly NewTicket[]): Promise<void> {
  for (let from = 0; from < made.length; from += BATCH) {
    const batch = made.slice(from, from + BATCH);
    const entries = batch.flatMap((one) => one.entries);
    const links = batch.flatMap(({ ticket, conversationId }) => (conversationId ? [{ ticketId: ticket.id, conversationId }] : []));
    const files = batch.flatMap(({ ticket, attachmentIds }) => attachmentIds.map((attachmentId) => ({ ticketId: ticket.id, attachmentId })));
    await insertMany(tx, tickets, batch.map((one) => one.ticket));
    await insertMany(tx, ticketEntries, entries);
    if (links.length > 0) await tx.orm.insert(ticketConversations).values(links);
    if (files.length > 0) await tx.orm.insert(ticketAttachments).values(files);
  }
}

/** Conversations of tickets, by ticket id. */
export async function conversationsOf(q: Queryable, ticketIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await q.orm.select().from(ticketConversations).where(inList(ticketConversations.ticketId, ticketIds)).orderBy(asc(ticketConversations.conversationId));
  const found = new Map<string, string[]>();
  for (const row of rows) found.set(row.ticketId, [...(found.get(row.ticketId) ?? []), row.conversationId]);
  return found;
}

/** Tickets by the attachments they hold, with what permission checks need. */
export async function ticketsOfAttachments(q: Queryable, attachmentIds: readonly string[]): Promise<Map<string, TicketRow[]>> {
  const rows = await q.orm.select({ attachmentId: ticketAttachments.attachmentId, ticket: tickets }).from(ticketAttachments)
    .innerJoin(tickets, eq(tickets.id, ticketAttachments.ticketId)).where(inList(ticketAttachments.attachmentId, attachmentIds));
  const found = new Map<string, TicketRow[]>();
  for (const { attachmentId, ticket } of rows) found.set(attachmentId, [...(found.get(attachmentId) ?? []), ticket]);
  return found;
}
