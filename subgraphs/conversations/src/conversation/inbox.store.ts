import { binaryToId, fromSqlInstant, idToBinary, toSqlInstant, type Queryable, type Tx } from '@careline/kit/db';
import { fromJson, type Instantish } from './conversation.sql.ts';
import type { InboxTargets, NoticeKind } from './conversation.types.ts';

/** Something agents' inboxes must hear of; it has no number yet. */
export interface InboxChange {
  conversationId: string;
  /** Null: the conversation changed. */
  notice: NoticeKind | null;
  targets: InboxTargets;
  at: number;
}

export interface InboxEventRow extends InboxChange {
  seq: number;
}

interface Cells {
  seq: number;
  conversation_id: Buffer;
  notice: NoticeKind | null;
  targets: unknown;
  changed_at: Instantish;
}

const toEvent = (cells: Cells): InboxEventRow => ({
  seq: Number(cells.seq),
  conversationId: binaryToId('cnv', cells.conversation_id),
  notice: cells.notice,
  targets: fromJson<InboxTargets>(cells.targets),
  at: fromSqlInstant(cells.changed_at),
});

const cellsOf = (change: InboxChange) =>
  [idToBinary(change.conversationId), change.notice, JSON.stringify(change.targets), toSqlInstant(change.at)];

export async function insertInboxChanges(tx: Tx, changes: readonly InboxChange[]): Promise<void> {
  if (changes.length === 0) return;
  await tx.later(
    `INSERT /* insertInboxChanges */ INTO inbox_changes (conversation_id, notice, targets, changed_at) VALUES ?`,
    [changes.map(cellsOf)]);
}

/**
 * The last number given, and the changes that are committed and not numbered, in the order of their making.
 * Holds off every other giver of numbers until the transaction ends.
 */
export async function lockInboxChanges(tx: Tx, limit: number): Promise<{ last: number; changes: (InboxChange & { changeId: number })[] }> {
  const [counters, rows] = await tx.queryTogether([
    { sql: "SELECT /* lockInboxSeq */ value FROM conversation_counters WHERE name = 'inbox' FOR UPDATE" },
    { sql: `SELECT /* selectInboxChanges */ id, conversation_id, notice, targets, changed_at FROM inbox_changes ORDER BY id LIMIT ${Math.trunc(limit)}` },
  ]) as [{ value: number }[], (Omit<Cells, 'seq'> & { id: number })[]];
  return { last: Number(counters[0]!.value), changes: rows.map((row) => ({ ...toEvent({ ...row, seq: 0 }), changeId: Number(row.id) })) };
}

/** Turns changes into numbered events and forgets the changes. */
export async function storeInboxEvents(tx: Tx, events: readonly InboxEventRow[], changeIds: readonly number[]): Promise<void> {
  await tx.later(
    `INSERT /* storeInboxEvents */ INTO inbox_events (seq, conversation_id, notice, targets, changed_at) VALUES ?`,
    [events.map((event) => [event.seq, ...cellsOf(event)])]);
  await tx.later(`DELETE /* dropInboxChanges */ FROM inbox_changes WHERE id IN (?)`, [changeIds]);
  await tx.later("UPDATE /* moveInboxSeq */ conversation_counters SET value = ? WHERE name = 'inbox'", [events.at(-1)!.seq]);
}

export async function selectInboxEvents(q: Queryable, afterSeq: number, limit: number): Promise<InboxEventRow[]> {
  const rows = await q.query<Cells>(
    `SELECT /* selectInboxEvents */ seq, conversation_id, notice, targets, changed_at FROM inbox_events
     WHERE seq > ? ORDER BY seq LIMIT ${Math.trunc(limit)}`, [afterSeq]);
  return rows.map(toEvent);
}

/** The oldest event still kept (null when none) and the last number given. */
export async function selectInboxBounds(q: Queryable): Promise<{ oldest: number | null; last: number }> {
  const rows = await q.query<{ last: number; oldest: number | null }>(
    `SELECT /* selectInboxBounds */ value AS last, (SELECT MIN(seq) FROM inbox_events) AS oldest
     FROM conversation_counters WHERE name = 'inbox'`);
  return { last: Number(rows[0]!.last), oldest: rows[0]!.oldest === null ? null : Number(rows[0]!.oldest) };
}

/** Whether changes wait for their number, e.g. those of a process that died. */
export async function hasInboxChanges(q: Queryable): Promise<boolean> {
  const rows = await q.query('SELECT /* hasInboxChanges */ 1 FROM inbox_changes LIMIT 1');
  return rows.length > 0;
}

export async function deleteInboxEventsBefore(q: Queryable, at: number, limit: number): Promise<number> {
  const { affectedRows } = await q.execute(
    `DELETE /* deleteInboxEventsBefore */ FROM inbox_events WHERE changed_at < ? ORDER BY changed_at LIMIT ${Math.trunc(limit)}`, [toSqlInstant(at)]);
  return affectedRows;
}
