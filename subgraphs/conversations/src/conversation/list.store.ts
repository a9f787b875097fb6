import { idToBinary, toSqlInstant, type Queryable } from '@careline/kit/db';
import { marks } from './conversation.sql.ts';
import { CONVERSATION_COLUMNS, toConversation, type ConversationCells } from './conversation.store.ts';
import { countTallied, sumTallies } from './tally.store.ts';
import type { Condition } from './list-conditions.ts';
import type { Way } from './list-ways.ts';
import type { ConversationRow } from './conversation.types.ts';

const COUNT_MAX = 10_000;

/** What a list holds: rows that meet all conditions and carry one of the tags, if any are given. */
export interface Listed {
  conditions: readonly Condition[];
  tags: readonly string[];
  /** Its conditions leave closed conversations out; only of those tallies know what is unread. */
  isOpen?: boolean;
}

export interface ListPage {
  limit: number;
  /** Whether rows are read from small to large. */
  isRising: boolean;
  column: 'last_message_at' | 'started_at' | 'due_at';
  cursor: { at: number; id: string } | null;
}

interface Part {
  sql: string;
  params: unknown[];
}

const whereOf = (conditions: readonly Pick<Condition, 'sql'>[]) => (conditions.length === 0 ? '1 = 1' : conditions.map((one) => `(${one.sql})`).join(' AND '));
const paramsOf = (conditions: readonly Pick<Condition, 'params'>[]) => conditions.flatMap((one) => one.params);

/** Rows strictly behind the cursor. The first comparison says the same again in a form that an index is entered by. */
function behind({ cursor, column, isRising }: ListPage, at: string, id: string): Pick<Condition, 'sql' | 'params'>[] {
  if (!cursor) return [];
  const sign = isRising ? '>' : '<';
  const moment = toSqlInstant(cursor.at);
  return [{ sql: `${at}.${column} ${sign}= ? AND (${at}.${column} ${sign} ? OR ${id} ${sign} ?)`, params: [moment, moment, idToBinary(cursor.id)] }];
}

/** The first rows along one way, as ids in the order of the list. */
function along(way: Way, { conditions }: Listed, page: ListPage): Part {
  const all = [...(way.condition ? [way.condition] : []), ...conditions, ...behind(page, 'c', 'c.id')];
  const direction = page.isRising ? 'ASC' : 'DESC';
  return {
    sql: `(SELECT c.id AS id, c.${page.column} AS place FROM conversations c ${way.index ? `FORCE INDEX (${way.index})` : ''} WHERE ${whereOf(all)}
      ORDER BY c.${page.column} ${direction}, c.id ${direction} LIMIT ${Math.trunc(page.limit)})`,
    params: paramsOf(all),
  };
}

function alongTag(tag: string, { conditions }: Listed, page: ListPage): Part {
  const direction = page.isRising ? 'ASC' : 'DESC';
  const all = [...behind(page, 't', 't.conversation_id'), ...conditions];
  const index = page.column === 'started_at' ? 'conversation_tags_start' : 'conversation_tags_message';
  return {
    sql: `(SELECT t.conversation_id AS id, t.${page.column} AS place FROM conversation_tags t FORCE INDEX (${index})
      ${conditions.length > 0 ? 'STRAIGHT_JOIN conversations c ON c.id = t.conversation_id' : ''} WHERE t.tag = ? AND ${whereOf(all)}
      ORDER BY t.${page.column} ${direction}, t.conversation_id ${direction} LIMIT ${Math.trunc(page.limit)})`,
    params: [tag, ...paramsOf(all)],
  };
}

/**
 * One page of a list. Each way into the table gives its first rows from an index that has them in order; the page is the
 * first of all those, so that it costs the same however many rows match.
 */
export async function selectList(q: Queryable, listed: Listed, ways: readonly Way[], page: ListPage): Promise<ConversationRow[]> {
  // The index of tags does not know when a promise runs out.
  const isByTag = listed.tags.length > 0 && page.column !== 'due_at';
  const tagged = listed.tags.length > 0 && !isByTag ? { ...listed, conditions: [...listed.conditions, { ...taggedCondition(listed.tags), isTallied: false }] } : listed;
  const parts = isByTag ? listed.tags.map((tag) => alongTag(tag, listed, page)) : ways.map((way) => along(way, tagged, page));
  const direction = page.isRising ? 'ASC' : 'DESC';
  const rows = await q.query<ConversationCells>(
    `SELECT /* selectList */ STRAIGHT_JOIN ${CONVERSATION_COLUMNS} FROM (${parts.map((part) => part.sql).join(' UNION ')}
       ORDER BY place ${direction}, id ${direction} LIMIT ${Math.trunc(page.limit)}) x JOIN conversations c ON c.id = x.id
     ORDER BY x.place ${direction}, x.id ${direction}`, parts.flatMap((part) => part.params));
  return rows.map(toConversation);
}

/** How many rows a list has, counted up to 10,000: from the tallies where they know, else row by row. */
export async function countList(q: Queryable, { conditions, tags, isOpen = false }: Listed): Promise<number> {
  const [unread, others] = [conditions.find((one) => one.unreadOf !== undefined), conditions.filter((one) => one.unreadOf === undefined)];
  if (tags.length <= 1 && others.every((one) => one.isTallied)) {
    if (!unread) return Math.min(COUNT_MAX, await sumTallies(q, conditions, tags[0]));
    if (isOpen) return Math.min(COUNT_MAX, (await countTallied(q, [{ conditions: others, tag: tags[0] }], unread.unreadOf!))[0]!.unreadCount);
  }
  const all = [...conditions, ...(tags.length > 0 ? [taggedCondition(tags)] : [])];
  const rows = await q.query<{ found: number }>(
    `SELECT /* countList */ COUNT(*) AS found FROM (SELECT 1 FROM conversations c WHERE ${whereOf(all)} LIMIT ${COUNT_MAX}) x`, paramsOf(all));
  return Number(rows[0]!.found);
}

/** Conversations that carry one of these tags. */
export const taggedCondition = (tags: readonly string[]) =>
  ({ sql: `c.id IN (SELECT t.conversation_id FROM conversation_tags t WHERE t.tag IN (${marks(tags.length)}))`, params: [...tags] });
