import type { Queryable } from '@careline/kit/db';
import type { Page } from '@careline/kit/graphql';
import type { Reach } from '../reach.rules.ts';
import { scopeCondition, type Condition } from './tally.store.ts';

/** A tag with how many tickets carry it, and how many of them are neither solved nor closed. */
export interface TagCount {
  name: string;
  openCount: number;
  ticketCount: number;
}

export interface TagsWhere {
  /** Null: any. */
  startsWith: string | null;
  /** Null: the caller sees everything. */
  scope: Reach | null;
}

const COUNT_MAX = 10_000;
const whole = (parts: readonly Condition[]): Condition => ({ sql: parts.map(({ sql }) => sql).join(' AND '), params: parts.flatMap(({ params }) => params) });
/** A text as the pattern of LIKE that finds what begins with it. */
const beginning = (text: string): string => `${text.replace(/[\\%_]/g, (mark) => `\\${mark}`)}%`;

/** Tags that somebody carries, from the tallies alone: no ticket is looked at. A tally without a tag counts all tickets. */
function counted({ startsWith, scope }: TagsWhere, more: readonly Condition[]): Condition {
  const where = whole([
    { sql: `tag <> ''`, params: [] }, ...more, ...(scope ? [scopeCondition(scope)] : []),
    ...(startsWith ? [{ sql: 'tag COLLATE utf8mb4_unicode_520_ci LIKE ?', params: [beginning(startsWith)] }] : []),
  ]);
  const from = (table: string) => `SELECT tag, SUM(total) AS total, SUM(IF(state IN ('SOLVED', 'CLOSED'), 0, total)) AS unfinished FROM ${table} WHERE ${where.sql} GROUP BY tag`;
  // One statement: read in two, a fold between them would be counted twice or not at all.
  return {
    sql: `SELECT tag, SUM(total) AS ticket_count, SUM(unfinished) AS open_count FROM (${from('ticket_tallies')} UNION ALL ${from('ticket_tally_changes')}) parts GROUP BY tag HAVING ticket_count > 0`,
    params: [...where.params, ...where.params],
  };
}

/** One page of tags in order of their characters. */
export async function listTags(q: Queryable, where: TagsWhere, { cursor, isBackward, limit }: Page<'tag'>): Promise<TagCount[]> {
  const { sql, params } = counted(where, cursor ? [{ sql: `tag ${isBackward ? '<' : '>'} ?`, params: [String(cursor.tag)] }] : []);
  const rows = await q.query<{ tag: string; ticket_count: string; open_count: string }>(`SELECT /* listTags */ tag, ticket_count, open_count FROM (${sql}) tags ORDER BY tag ${isBackward ? 'DESC' : 'ASC'} LIMIT ${limit + 1}`, params);
  return rows.map((row) => ({ name: row.tag, openCount: Number(row.open_count), ticketCount: Number(row.ticket_count) }));
}

/** How many tags there are, counted up to 10,000. */
export async function countTags(q: Queryable, where: TagsWhere): Promise<number> {
  const { sql, params } = counted(where, []);
  const [row] = await q.query<{ count: number }>(`SELECT /* countTags */ COUNT(*) AS count FROM (${sql} LIMIT ${COUNT_MAX}) tags`, params);
  return Number(row!.count);
}
