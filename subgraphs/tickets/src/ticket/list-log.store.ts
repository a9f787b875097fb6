import { binaryToId, fromSqlInstant, idToBinary, toSqlInstant, type Queryable, type Tx } from '@careline/kit/db';
import type { TicketRow } from './ticket.tables.ts';

/** Whose a ticket is, as far as who may read it depends on that. */
export type Holders = Pick<TicketRow, 'agentId' | 'creatorAgentId' | 'queueId' | 'teamId'>;

/** A change of a ticket that lists must hear of; it has no number yet. */
export interface ListChange {
  ticketId: string;
  /** Whose it was before. Null: it is new. */
  was: Holders | null;
  at: number;
}

export interface ListEvent extends ListChange {
  seq: number;
}

interface Cells {
  seq: number | string;
  ticket_id: Buffer;
  was: string | Holders | null;
  changed_at: Date | string;
}

/** So many rows go into one statement. */
const BATCH = 500;
const cellsOf = ({ ticketId, was, at }: ListChange) => [idToBinary(ticketId), was && JSON.stringify(was), toSqlInstant(at)];
const toEvent = ({ seq, ticket_id: id, was, changed_at: at }: Cells): ListEvent =>
  ({ seq: Number(seq), ticketId: binaryToId('tkt', id), was: typeof was === 'string' ? JSON.parse(was) as Holders : was, at: fromSqlInstant(at) });

export async function insertListChanges(tx: Tx, changes: readonly ListChange[]): Promise<void> {
  for (let from = 0; from < changes.length; from += BATCH) {
    const batch = changes.slice(from, from + BATCH);
    await tx.later('INSERT /* insertListChanges */ INTO list_changes (ticket_id, was, changed_at) VALUES ?', [batch.map(cellsOf)]);
  }
}

/** The last number given; holds off every other giver of numbers until the transaction ends. */
export async function lockListSeq(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ value: number }>("SELECT /* lockListSeq */ next_value AS value FROM counters WHERE name = 'list' FOR UPDATE");
  return Number(row!.value);
}

/** Changes that are committed and not numbered, in the order of their making. */
export async function selectListChanges(tx: Tx, limit: number): Promise<(ListChange & { changeId: number })[]> {
  const rows = await tx.query<Omit<Cells, 'seq'> & { id: number }>(`SELECT /* selectListChanges */ id, ticket_id, was, changed_at FROM list_changes ORDER BY id LIMIT ${Math.trunc(limit)}`);
  return rows.map((row) => ({ ...toEvent({ ...row, seq: 0 }), changeId: Number(row.id) }));
}

/** Turns changes into numbered events and forgets the changes. */
export async function storeListEvents(tx: Tx, events: readonly ListEvent[], changeIds: readonly number[]): Promise<void> {
  await tx.later('INSERT /* storeListEvents */ INTO list_events (seq, ticket_id, was, changed_at) VALUES ?', [events.map((event) => [event.seq, ...cellsOf(event)])]);
  await tx.later('DELETE /* dropListChanges */ FROM list_changes WHERE id IN (?)', [[...changeIds]]);
  await tx.later("UPDATE /* moveListSeq */ counters SET next_value = ? WHERE name = 'list'", [events.at(-1)!.seq]);
}

export async function selectListEvents(q: Queryable, afterSeq: number, limit: number): Promise<ListEvent[]> {
  const rows = await q.query<Cells>(`SELECT /* selectListEvents */ seq, ticket_id, was, changed_at FROM list_events WHERE seq > ? ORDER BY seq LIMIT ${Math.trunc(limit)}`, [afterSeq]);
  return rows.map(toEvent);
}

/** The oldest event still kept (null when none) and the last number given. */
export async function selectListBounds(q: Queryable): Promise<{ oldest: number | null; last: number }> {
  const [row] = await q.query<{ last: number; oldest: number | null }>(
    "SELECT /* selectListBounds */ next_value AS last, (SELECT MIN(seq) FROM list_events) AS oldest FROM counters WHERE name = 'list'");
  return { last: Number(row!.last), oldest: row!.oldest === null ? null : Number(row!.oldest) };
}

/** Whether changes wait for their number, e.g. those of a process that died. */
export async function hasListChanges(q: Queryable): Promise<boolean> {
  return (await q.query('SELECT /* hasListChanges */ 1 FROM list_changes LIMIT 1')).length > 0;
}

export async function deleteListEventsBefore(q: Queryable, at: number, limit: number): Promise<number> {
  const { affectedRows } = await q.execute(`DELETE /* deleteListEventsBefore */ FROM list_events WHERE changed_at < ? ORDER BY changed_at LIMIT ${Math.trunc(limit)}`, [toSqlInstant(at)]);
  return affectedRows;
}
