import { binaryToId, fromSqlInstant, idToBinary, inList, insertMany, type Queryable, toSqlInstant, type Tx } from '@careline/kit/db';
import type { Page } from '@careline/kit/graphql';
import { and, eq, lt, or } from 'drizzle-orm';
import { timelineEntries, timelineRebuilds } from './customer.tables.ts';

export type TimelineRow = typeof timelineEntries.$inferSelect;

/** A row with its place among all that happened with the customer. */
export type TimelineEntry = TimelineRow & { seq: number };

/** Adds entries; those that are there already stay as they are. */
export async function insertEntries(tx: Tx, rows: readonly TimelineRow[]): Promise<void> {
  await insertMany(tx, timelineEntries, rows, { keepsKnown: true });
}

/** Puts `rows` in the place of all entries of these kinds that happened before an instant; later ones are only set right. */
export async function replaceEntries(tx: Tx, customerId: string, { kinds, before }: { kinds: readonly string[]; before: number }, rows: readonly TimelineRow[]): Promise<void> {
  const ids = rows.map((row) => row.id);
  await tx.orm.delete(timelineEntries).where(and(
    eq(timelineEntries.customerId, customerId), inList(timelineEntries.kind, kinds),
    ids.length > 0 ? or(lt(timelineEntries.happenedAt, before), inList(timelineEntries.id, ids)) : lt(timelineEntries.happenedAt, before),
  ));
  await insertEntries(tx, rows);
}

/** Customers whose timelines wait to be written anew. */
export async function selectRebuilds(q: Queryable, limit: number): Promise<string[]> {
  return (await q.orm.select().from(timelineRebuilds).limit(limit)).map((row) => row.customerId);
}

export async function deleteRebuild(q: Queryable, customerId: string): Promise<void> {
  await q.orm.delete(timelineRebuilds).where(eq(timelineRebuilds.customerId, customerId));
}

export interface TimelineSearch {
  kinds?: readonly string[] | null;
  subjectId?: string | null;
}

interface RawEntry {
  id: Buffer;
  customer_id: Buffer;
  seq: number;
  happened_at: Date | string;
  kind: string;
  actor_kind: string;
  actor_id: string | null;
  subject_id: string | null;
  facts: unknown;
}

/**
 * A page of what happened with these customers, newest first. `seq` is the place of an entry among all of theirs, by when it
 * happened: whatever came late or was told again, the same facts always have the same numbers, without gaps.
 */
export async function selectTimelinePage(q: Queryable, customerIds: readonly string[], search: TimelineSearch, page: Page<'at' | 'id'>): Promise<TimelineEntry[]> {
  const ids = customerIds.map(idToBinary);
  const source = '(SELECT id, customer_id, happened_at, kind, actor_kind, actor_id, subject_id, facts, ROW_NUMBER() OVER (ORDER BY happened_at, id) AS seq FROM timeline_entries WHERE customer_id IN (?))';
  const { where, params } = conditionOf(ids, search);
  const sign = page.isBackward ? '>' : '<';
  const order = page.isBackward ? 'ASC' : 'DESC';
  const after = page.cursor ? ` AND (happened_at, id) ${sign} (?, ?)` : '';
  const rows = await q.query<RawEntry>(
    `/* selectTimelinePage */ SELECT * FROM ${source} entries WHERE ${where}${after} ORDER BY happened_at ${order}, id ${order} LIMIT ${page.limit + 1}`,
    [ids, ...params, ...(page.cursor ? [toSqlInstant(Number(page.cursor.at)), idToBinary(String(page.cursor.id))] : [])],
  );
  return rows.map(toEntry);
}

export async function countTimeline(q: Queryable, customerIds: readonly string[], search: TimelineSearch): Promise<number> {
  const { where, params } = conditionOf(customerIds.map(idToBinary), search);
  const [row] = await q.query<{ count: number }>(`/* countTimeline */ SELECT COUNT(*) AS count FROM (SELECT 1 FROM timeline_entries WHERE ${where} LIMIT 10000) counted`, params);
  return Number(row!.count);
}

function conditionOf(ids: Buffer[], search: TimelineSearch): { where: string; params: unknown[] } {
  const conditions = ['customer_id IN (?)'];
  const params: unknown[] = [ids];
  if (search.kinds?.length) {
    conditions.push('kind IN (?)');
    params.push([...search.kinds]);
  }
  if (search.subjectId) {
    conditions.push('subject_id = ?');
    params.push(search.subjectId);
  }
  return { where: conditions.join(' AND '), params };
}

function toEntry(row: RawEntry): TimelineEntry {
  return {
    id: binaryToId('tle', row.id), customerId: binaryToId('cus', row.customer_id), seq: Number(row.seq), happenedAt: fromSqlInstant(row.happened_at),
    kind: row.kind, actorKind: row.actor_kind, actorId: row.actor_id, subjectId: row.subject_id,
    facts: (typeof row.facts === 'string' ? JSON.parse(row.facts) : row.facts) as TimelineRow['facts'],
  };
}
