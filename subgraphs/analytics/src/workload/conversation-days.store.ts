import { binaryToId, idToBinary, toSqlInstant, type Queryable } from '@careline/kit/db';
import type { Instant } from '@careline/kit/time';
import type { DaySpan } from '../day-range.rules.ts';
import { daysTable } from '../days-table.store.ts';
import { FOREVER } from '../row-version.store.ts';
import type { Keys, Sums } from './conversation-days.rules.ts';


/** Which columns the database splits by. Teams are not known here: they are added up from agents. */
export interface Split {
  isByDay: boolean;
  isByAgent: boolean;
  isByQueue: boolean;
  isByChannel: boolean;
}

export interface SumsAsk {
  spans: readonly DaySpan[];
  split: Split;
  /** Only these agents. Null: all. */
  agentIds: readonly string[] | null;
  /** Rows the caller may see: of this agent, or of these queues. Null: all. */
  scope: { agentId: string | null; queueIds: readonly string[] } | null;
  /** What was known then. Null: now. */
  asOf: Instant | null;
}

type Part = Keys & Partial<Sums>;
type Row = { day_index: number; agent_id: Buffer | null; queue_id: Buffer | null; channel_kind: string | null } & Record<string, number>;

const AGENT = 'c.agent_id';
// A message counts for who wrote it; what customers and the bot said, for the agent of the conversation.
const AUTHOR = 'COALESCE(m.agent_id, c.agent_id)';

/** Conversations that began on the days, with what became of them. */
export async function sumConversations(q: Queryable, ask: SumsAsk): Promise<Part[]> {
  return sums(q, ask, {
    name: 'sumConversations', agent: AGENT, time: 'c.started_at', from: 'conversation_facts c',
    values: `COUNT(*) AS started, SUM(c.closed_at IS NOT NULL) AS closed, SUM(COALESCE(c.closed_by = 'BOT', 0)) AS botClosed,
      COALESCE(SUM(c.rating), 0) AS ratingSum, COUNT(c.rating) AS ratings`,
  });
}

/** How long conversations that began on the days waited for agents. */
export async function sumWaits(q: Queryable, ask: SumsAsk): Promise<Part[]> {
  return sums(q, ask, {
    name: 'sumWaits', agent: AGENT, time: 'c.started_at', from: 'conversation_facts c JOIN assignment_facts a ON a.conversation_id = c.conversation_id',
    known: 'a.known_from', values: 'SUM(a.waited_seconds) AS waitSeconds, COUNT(*) AS waits',
  });
}

/** Messages sent on the days. */
export async function sumMessages(q: Queryable, ask: SumsAsk): Promise<Part[]> {
  return sums(q, ask, {
    name: 'sumMessages', agent: AUTHOR, time: 'm.sent_at', from: 'message_facts m JOIN conversation_facts c ON c.conversation_id = m.conversation_id',
    known: 'm.known_from',
    values: `SUM(m.author_kind = 'CUSTOMER') AS customerMessages, SUM(m.author_kind = 'AGENT' AND m.visibility = 'PUBLIC') AS agentMessages,
      SUM(m.author_kind = 'BOT') AS botMessages`,
  });
}

interface Shape {
  name: string;
  agent: string;
  time: string;
  from: string;
  /** Column that says since when the joined rows are known. */
  known?: string;
  values: string;
}

async function sums(q: Queryable, ask: SumsAsk, shape: Shape): Promise<Part[]> {
  const { split, spans } = ask;
  const days = daysTable(split.isByDay ? spans : [{ day: '', start: spans[0]!.start, end: spans.at(-1)!.end }]);
  const where = conditions(ask, shape);
  const columns = [
    'd.day_index',
    `${split.isByAgent ? shape.agent : 'NULL'} AS agent_id`, `${split.isByQueue ? 'c.queue_id' : 'NULL'} AS queue_id`, `${split.isByChannel ? 'c.channel_kind' : 'NULL'} AS channel_kind`,
  ];
  const rows = await q.query<Row>(
    `/* ${shape.name} */ SELECT ${columns.join(', ')}, ${shape.values} FROM (${days.sql}) d JOIN (${shape.from}) ON ${shape.time} >= d.day_start AND ${shape.time} < d.day_end
      WHERE ${where.sql} GROUP BY d.day_index, ${split.isByAgent ? shape.agent : '1'}, ${split.isByQueue ? 'c.queue_id' : '1'}, ${split.isByChannel ? 'c.channel_kind' : '1'}`,
    [...days.params, ...where.params],
  );
  return rows.map(({ day_index: index, agent_id: agentId, queue_id: queueId, channel_kind: channelKind, ...values }) => ({
    day: split.isByDay ? spans[index]!.day : null,
    agentId: agentId && binaryToId('agt', agentId), teamId: null, queueId: queueId && binaryToId('que', queueId), channelKind,
    ...Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)])),
  }));
}

function conditions(ask: SumsAsk, shape: Shape): { sql: string; params: unknown[] } {
  const { asOf, agentIds, scope } = ask;
  const parts: { sql: string; params: unknown[] }[] = [
    asOf === null
      ? { sql: 'c.known_until = ?', params: [toSqlInstant(FOREVER)] }
      : { sql: 'c.known_from <= ? AND c.known_until > ?', params: [toSqlInstant(asOf), toSqlInstant(asOf)] },
  ];
  if (asOf !== null && shape.known) parts.push({ sql: `${shape.known} <= ?`, params: [toSqlInstant(asOf)] });
  if (agentIds) parts.push(inList(shape.agent, agentIds));
  if (scope) {
    const queues = inList('c.queue_id', scope.queueIds);
    parts.push({ sql: `(${shape.agent} = ? OR ${queues.sql})`, params: [scope.agentId ? idToBinary(scope.agentId) : null, ...queues.params] });
  }
  return { sql: parts.map((part) => part.sql).join(' AND '), params: parts.flatMap((part) => part.params) };
}

function inList(column: string, ids: readonly string[]): { sql: string; params: unknown[] } {
  return ids.length === 0 ? { sql: 'FALSE', params: [] } : { sql: `${column} IN (?)`, params: [ids.map(idToBinary)] };
}
