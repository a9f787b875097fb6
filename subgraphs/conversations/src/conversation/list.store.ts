import type { Viewer } from '@careline/kit/auth';
import { idToBinary, parseId, toSqlInstant, type Queryable } from '@careline/kit/db';
import { marks } from './conversation.sql.ts';
import { CONVERSATION_COLUMNS, toConversation, type ConversationCells } from './conversation.store.ts';
import type { BuiltInView, ViewOwner } from './view.rules.ts';
import type { ConversationRow, ConversationState, Priority } from './conversation.types.ts';

export interface ConversationFilter {
  states?: readonly ConversationState[] | null;
  priorities?: readonly Priority[] | null;
  agentIds?: readonly string[] | null;
  isUnassigned?: boolean | null;
  queueIds?: readonly string[] | null;
  /** Agents of the teams asked for; the caller looked them up. */
  teamMateIds?: readonly string[] | null;
  channelKinds?: readonly string[] | null;
  customerId?: string | null;
  tags?: readonly string[] | null;
  isUnread?: boolean | null;
  startedAfter?: number | null;
  startedBefore?: number | null;
}

/** A condition on `conversations c`. All conditions of a list must hold. */
export interface Condition {
  sql: string;
  params: unknown[];
}

const NOTHING: Condition = { sql: '1 = 0', params: [] };
const isOneOf = (column: string, values: readonly unknown[]): Condition =>
  values.length === 0 ? NOTHING : { sql: `${column} IN (${marks(values.length)})`, params: [...values] };
const ids = (prefix: string, texts: readonly string[]) => texts.map((text) => parseId(prefix, text)).filter((id) => id !== null);

/** Rows that the caller's grant of `conversation:read` reaches. */
export function scopeCondition(viewer: Viewer): Condition | null {
  const scope = viewer.scopeOf('conversation:read');
  if (!scope) return NOTHING;
  if (scope === 'ALL') return null;
  if (viewer.isCustomer) return isOneOf('c.customer_id', ids('cus', [viewer.identity!.id]));
  const own = isOneOf('c.agent_id', ids('agt', viewer.agentId ? [viewer.agentId] : []));
  if (scope === 'OWN') return own;
  const served = isOneOf('c.queue_id', ids('que', viewer.identity!.queueIds));
  return { sql: `(${own.sql} OR ${served.sql})`, params: [...own.params, ...served.params] };
}

/** Rows of a built-in view; the same sentence as `viewsOf`. */
export function viewCondition(view: BuiltInView, owner: ViewOwner): Condition {
  const owned = (agentIds: readonly string[]): Condition => {
    const one = isOneOf('c.agent_id', ids('agt', agentIds));
    return { sql: `c.state = 'ACTIVE' AND ${one.sql}`, params: one.params };
  };
  if (view === 'MINE') return owned([owner.agentId]);
  if (view === 'TEAM') return owned([...owner.teamMateIds]);
  if (view === 'UNASSIGNED') {
    const waiting = isOneOf('c.queue_id', ids('que', owner.queueIds));
    return { sql: `c.state = 'QUEUED' AND ${waiting.sql}`, params: waiting.params };
  }
  return {
    sql: `c.id IN (SELECT m.conversation_id FROM mentions m LEFT JOIN read_marks r ON r.conversation_id = m.conversation_id AND r.actor_id = ?
      WHERE m.agent_id = ? AND m.seq > COALESCE(r.seq, 0))`,
    params: [owner.agentId, idToBinary(owner.agentId)],
  };
}

/** Unread words of others: for people who work here any, for customers what they may see. */
export function unreadCondition(viewer: Viewer): Condition {
  const markOf = '(SELECT COALESCE(MAX(r.seq), 0) FROM read_marks r WHERE r.conversation_id = c.id AND r.actor_id = ?)';
  if (!viewer.isCustomer) return { sql: `c.last_text_seq > ${markOf}`, params: [viewer.agentId ?? ''] };
  const { id } = viewer.identity!;
  return {
    sql: `EXISTS (SELECT 1 FROM messages u WHERE u.conversation_id = c.id AND u.visibility = 'PUBLIC' AND u.kind <> 'EVENT'
      AND u.author_kind <> 'CUSTOMER' AND u.seq > ${markOf})`,
    params: [id],
  };
}

/** The conditions of a filter; an empty list means no condition. */
export function filterConditions(filter: ConversationFilter, viewer: Viewer): Condition[] {
  const found: Condition[] = [];
  const oneOf = (column: string, values: readonly unknown[] | null | undefined, given: readonly unknown[] | null | undefined = values) => {
    if (given?.length) found.push(isOneOf(column, values ?? []));
  };
  oneOf('c.state', filter.states);
  oneOf('c.priority', filter.priorities);
  oneOf('c.agent_id', ids('agt', filter.agentIds ?? []), filter.agentIds);
  oneOf('c.queue_id', ids('que', filter.queueIds ?? []), filter.queueIds);
  oneOf('c.channel_kind', filter.channelKinds);
  if (filter.teamMateIds) found.push(isOneOf('c.agent_id', ids('agt', filter.teamMateIds)));
  if (filter.isUnassigned) found.push({ sql: "c.state IN ('BOT', 'QUEUED')", params: [] });
  if (filter.customerId) found.push(isOneOf('c.customer_id', ids('cus', [filter.customerId])));
  if (filter.tags?.length) {
    found.push({ sql: `(${filter.tags.map(() => 'JSON_CONTAINS(c.tags, JSON_QUOTE(?))').join(' OR ')})`, params: [...filter.tags] });
  }
  if (filter.isUnread) found.push(unreadCondition(viewer));
  if (filter.startedAfter != null) found.push({ sql: 'c.started_at >= ?', params: [toSqlInstant(filter.startedAfter)] });
  if (filter.startedBefore != null) found.push({ sql: 'c.started_at < ?', params: [toSqlInstant(filter.startedBefore)] });
  return found;
}

const whereOf = (conditions: readonly Condition[]) => (conditions.length === 0 ? '1 = 1' : conditions.map((one) => `(${one.sql})`).join(' AND '));
const paramsOf = (conditions: readonly Condition[]) => conditions.flatMap((one) => one.params);

export interface ListPage {
  limit: number;
  /** Whether rows are read from small to large. */
  isRising: boolean;
  column: 'last_message_at' | 'started_at';
  cursor: { at: number; id: string } | null;
}

export async function selectList(q: Queryable, conditions: readonly Condition[], page: ListPage): Promise<ConversationRow[]> {
  const all = [...conditions];
  if (page.cursor) {
    all.push({ sql: `(c.${page.column}, c.id) ${page.isRising ? '>' : '<'} (?, ?)`, params: [toSqlInstant(page.cursor.at), idToBinary(page.cursor.id)] });
  }
  const way = page.isRising ? 'ASC' : 'DESC';
  const rows = await q.query<ConversationCells>(
    `SELECT /* selectList */ ${CONVERSATION_COLUMNS} FROM conversations c WHERE ${whereOf(all)}
     ORDER BY c.${page.column} ${way}, c.id ${way} LIMIT ${Math.trunc(page.limit)}`, paramsOf(all));
  return rows.map(toConversation);
}

/** How many rows a list has, counted up to 10,000. */
export async function countList(q: Queryable, conditions: readonly Condition[]): Promise<number> {
  const rows = await q.query<{ found: number }>(
    `SELECT /* countList */ COUNT(*) AS found FROM (SELECT 1 FROM conversations c WHERE ${whereOf(conditions)} LIMIT 10000) x`, paramsOf(conditions));
  return Number(rows[0]!.found);
}

/** Counters of one view: all, and those with unread words. */
export async function countView(q: Queryable, conditions: readonly Condition[], unread: Condition): Promise<{ count: number; unreadCount: number }> {
  const rows = await q.query<{ found: number; unread: number | null }>(
    `SELECT /* countView */ COUNT(*) AS found, SUM(x.is_unread) AS unread FROM (
       SELECT (${unread.sql}) AS is_unread FROM conversations c WHERE ${whereOf(conditions)} LIMIT 10000) x`,
    [...unread.params, ...paramsOf(conditions)]);
  return { count: Number(rows[0]!.found), unreadCount: Number(rows[0]!.unread ?? 0) };
}
