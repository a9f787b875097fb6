import { fromSqlInstant, binaryToId, idToBinary, toSqlInstant, type Queryable, type Tx } from '@careline/kit/db';
import type { Page } from '@careline/kit/graphql';
import { timelineEntries } from './customer.tables.ts';

export type TimelineRow = typeof timelineEntries.$inferSelect;

/** The next number of a customer's timeline. The row stays locked to the end of the transaction, so none is skipped. */
export async function nextSeq(tx: Tx, customerId: string): Promise<number> {
  const id = idToBinary(customerId);
  await tx.execute('/* nextTimelineSeq */ INSERT INTO customer_timelines (customer_id, last_seq) VALUES (?, 1) ON DUPLICATE KEY UPDATE last_seq = last_seq + 1', [id]);
  const [row] = await tx.query<{ last_seq: number }>('/* readTimelineSeq */ SELECT last_seq FROM customer_timelines WHERE customer_id = ?', [id]);
  return row!.last_seq;
}

export async function insertEntry(tx: Tx, row: TimelineRow): Promise<void> {
  await tx.orm.insert(timelineEntries).values(row);
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
 * A page of what happened with these customers, newest first. For one customer `seq` is the stored number; for customers
 * that were merged it is the place among all their entries, so that it is free of gaps there too.
 */
export async function selectTimelinePage(q: Queryable, customerIds: readonly string[], search: TimelineSearch, page: Page<'at' | 'id'>): Promise<TimelineRow[]> {
  const ids = customerIds.map(idToBinary);
  const source = ids.length === 1 ? 'timeline_entries'
    : '(SELECT id, customer_id, happened_at, kind, actor_kind, actor_id, subject_id, facts, ROW_NUMBER() OVER (ORDER BY id) AS seq FROM timeline_entries WHERE customer_id IN (?))';
  const { where, params } = conditionOf(ids, search);
  const sign = page.isBackward ? '>' : '<';
  const order = page.isBackward ? 'ASC' : 'DESC';
  const after = page.cursor ? ` AND (happened_at, id) ${sign} (?, ?)` : '';
  const rows = await q.query<RawEntry>(
    `/* selectTimelinePage */ SELECT * FROM ${source} entries WHERE ${where}${after} ORDER BY happened_at ${order}, id ${order} LIMIT ${page.limit + 1}`,
    [...(ids.length === 1 ? [] : [ids]), ...params, ...(page.cursor ? [toSqlInstant(Number(page.cursor.at)), idToBinary(String(page.cursor.id))] : [])],
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

function toEntry(row: RawEntry): TimelineRow {
  return {
    id: binaryToId('tle', row.id), customerId: binaryToId('cus', row.customer_id), seq: Number(row.seq), happenedAt: fromSqlInstant(row.happened_at),
    kind: row.kind, actorKind: row.actor_kind, actorId: row.actor_id, subjectId: row.subject_id,
    facts: (typeof row.facts === 'string' ? JSON.parse(row.facts) : row.facts) as TimelineRow['facts'],
  };
}
