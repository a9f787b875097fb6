import { idToBinary, type Queryable, type Tx } from '@careline/kit/db';
import type { Reach } from '../reach.rules.ts';
import type { TicketFilter, TicketsWhere } from './list.types.ts';
import { priorityNumber } from './ticket.rules.ts';
import type { TicketRow } from './ticket.tables.ts';

/** What of a ticket its counters depend on. */
export interface TallyFacts extends Pick<TicketRow, 'state' | 'priority' | 'categoryId' | 'agentId' | 'queueId' | 'teamId' | 'creatorAgentId'> {
  tags: readonly string[] | null;
  /** A clock was missed and goes on. */
  isMissed: boolean;
}

const COLUMNS = ['tag', 'state', 'priority', 'category_id', 'agent_id', 'queue_id', 'team_id', 'creator_agent_id', 'is_missed', 'total'];
const NOBODY = Buffer.alloc(16);
/** Of new tickets so many go into one statement. */
const BATCH = 500;
const binary = (id: string | null | undefined) => (id ? idToBinary(id) : NOBODY);
const marks = (count: number) => Array.from({ length: count }, () => '?').join(', ');

type Cells = [tag: string, ...key: unknown[], total: number];

function cellsOf(facts: TallyFacts, total: number): Cells[] {
  const creator = facts.creatorAgentId === facts.agentId ? null : facts.creatorAgentId;
  const key = [facts.state, facts.priority, binary(facts.categoryId), binary(facts.agentId), binary(facts.queueId), binary(facts.teamId), binary(creator), facts.isMissed ? 1 : 0];
  return ['', ...(facts.tags ?? [])].map((tag) => [tag, ...key, total]);
}

/** What the changes of tickets do to the tallies; `before` null: it is new. Equal ones are counted together. */
function tallyChanges(changes: readonly { before: TallyFacts | null; after: TallyFacts }[]): Cells[] {
  const sums = new Map<string, Cells>();
  for (const { before, after } of changes) {
    for (const cells of [...(before ? cellsOf(before, -1) : []), ...cellsOf(after, 1)]) {
      const total = cells.at(-1) as number;
      const key = cells.slice(0, -1).map((cell) => (Buffer.isBuffer(cell) ? cell.toString('hex') : cell)).join('\n');
      const known = sums.get(key);
      if (known) known[known.length - 1] = (known.at(-1) as number) + total;
      else sums.set(key, cells);
    }
  }
  return [...sums.values()].filter((cells) => cells.at(-1) !== 0);
}

/** Notes changes in the transaction of what they follow from; nobody waits for anybody. */
export async function insertTallyChanges(tx: Tx, changes: readonly { before: TallyFacts | null; after: TallyFacts }[]): Promise<void> {
  const rows = tallyChanges(changes);
  for (let from = 0; from < rows.length; from += BATCH) {
    const batch = rows.slice(from, from + BATCH);
    await tx.later(`INSERT /* insertTallyChanges */ INTO ticket_tally_changes (${COLUMNS.join(', ')}) VALUES ?`, [batch]);
  }
}

/** Moves noted changes into the tallies, the oldest first; gives how many there were. */
export async function foldTallyChanges(tx: Tx, limit: number): Promise<number> {
  // The lock lets one of two folders work; the other finds the rows gone.
  const rows = await tx.query<Record<string, unknown>>(`SELECT /* selectTallyChanges */ id, ${COLUMNS.join(', ')} FROM ticket_tally_changes ORDER BY id LIMIT ${Math.trunc(limit)} FOR UPDATE`);
  if (rows.length === 0) return 0;
  await tx.execute(
    `INSERT /* foldTallies */ INTO ticket_tallies (${COLUMNS.join(', ')}) VALUES ? ON DUPLICATE KEY UPDATE total = total + VALUES(total)`,
    [rows.map((row) => COLUMNS.map((name) => row[name]))]);
  await tx.execute(`DELETE /* dropTallyChanges */ FROM ticket_tally_changes WHERE id IN (?)`, [rows.map((row) => row.id)]);
  return rows.length;
}

export interface Condition {
  sql: string;
  params: unknown[];
}

const oneOf = (column: string, values: readonly unknown[]): Condition => ({ sql: values.length > 0 ? `${column} IN (${marks(values.length)})` : 'FALSE', params: [...values] });

/** That what a tally counts lies within a caller's reach. */
export function scopeCondition({ agentId, queueIds, teamIds }: Reach): Condition {
  const own = agentId ? [oneOf('agent_id', [binary(agentId)]), oneOf('creator_agent_id', [binary(agentId)])] : [];
  const parts = [...own, oneOf('queue_id', queueIds.map(binary)), oneOf('team_id', teamIds.map(binary))];
  return { sql: `(${parts.map((part) => part.sql).join(' OR ')})`, params: parts.flatMap((part) => part.params) };
}

function conditionsOf({ filter, scope }: TicketsWhere): Condition[] {
  const found: Condition[] = scope ? [scopeCondition(scope)] : [];
  const any = (column: string, values: readonly unknown[] | null | undefined) => {
    if (values?.length) found.push(oneOf(column, values));
  };
  any('state', filter.states);
  any('priority', filter.priorities?.map(priorityNumber));
  any('category_id', filter.categoryIds?.map(binary));
  any('agent_id', filter.agentIds?.map(binary));
  any('team_id', filter.teamIds?.map(binary));
  if (filter.isUnassigned) found.push(oneOf('agent_id', [NOBODY]));
  if (filter.clockStates?.length) found.push({ sql: 'is_missed = 1', params: [] });
  return found;
}

/** Whether the tallies know how many there are: nothing is asked that they do not count by. */
export function isTallied({ filter, also, conversationId, parentId }: TicketsWhere): boolean {
  const { tags, clockStates, clockTarget, isAtRisk, customerId, ids, dueAfter, dueBefore, clockEndedAfter, createdAfter, createdBefore } = filter;
  const isOfClocks = Boolean(clockStates?.length) && (clockStates!.some((state) => state !== 'BREACHED') || Boolean(clockTarget));
  return !also && !conversationId && !parentId && !isOfClocks && !isAtRisk && !customerId && !ids?.length && (tags?.length ?? 0) <= 1
    && dueAfter == null && dueBefore == null && clockEndedAfter == null && createdAfter == null && createdBefore == null;
}

export interface TicketCount {
  count: number;
  missed: number;
}

/** How many tickets each list has and how many of them were missed, exactly, without looking at any of them. All must be tallied. */
export async function sumTallies(q: Queryable, lists: readonly TicketsWhere[]): Promise<TicketCount[]> {
  const found: TicketCount[] = lists.map(() => ({ count: 0, missed: 0 }));
  const tagOf = ({ filter }: TicketsWhere) => filter.tags?.[0] ?? '';
  for (const tag of new Set(lists.map(tagOf))) {
    const places = lists.flatMap((list, place) => (tagOf(list) === tag ? [place] : []));
    const sums = await sumOfTag(q, tag, places.map((place) => lists[place]!));
    places.forEach((place, index) => (found[place] = sums[index]!));
  }
  return found;
}

async function sumOfTag(q: Queryable, tag: string, lists: readonly TicketsWhere[]): Promise<TicketCount[]> {
  const conditions = lists.map(conditionsOf).map((parts): Condition => ({ sql: parts.map((part) => part.sql).join(' AND ') || 'TRUE', params: parts.flatMap((part) => part.params) }));
  // All sums in one pass over what any of the lists holds.
  const reach = states(lists.map(({ filter }) => filter));
  const sums = conditions.map(({ sql }, place) => `SUM(IF(${sql}, total, 0)) AS count_${place}, SUM(IF(${sql} AND is_missed = 1, total, 0)) AS missed_${place}`);
  const params = [...conditions.flatMap((one) => [...one.params, ...one.params]), tag, ...reach.params];
  const from = (table: string) => `SELECT ${sums.join(', ')} FROM ${table} WHERE tag = ? AND ${reach.sql}`;
  // One statement: read in two, a fold between them would be counted twice or not at all.
  const rows = await q.query<Record<string, number | null>>(`SELECT /* sumTallies */ * FROM (${from('ticket_tallies')}) folded UNION ALL SELECT * FROM (${from('ticket_tally_changes')}) noted`, [...params, ...params]);
  const sum = (name: string) => rows.reduce((total, row) => total + Number(row[name] ?? 0), 0);
  return lists.map((_, place) => ({ count: sum(`count_${place}`), missed: sum(`missed_${place}`) }));
}

/** The states that one of the lists shows. */
function states(filters: readonly TicketFilter[]): Condition {
  return filters.every((filter) => filter.states?.length) ? oneOf('state', [...new Set(filters.flatMap((filter) => filter.states!))]) : { sql: 'TRUE', params: [] };
}

const GROUP = 'tag, state, priority, category_id, agent_id, queue_id, team_id, creator_agent_id, is_missed';
const ZERO = 'REPEAT(CHAR(0), 16)';

/** Counts every ticket and notes what the tallies lack or have too much; gives how many of them were wrong. */
export async function mendTallies(q: Queryable): Promise<number> {
  const { affectedRows } = await q.execute(
    `INSERT /* mendTallies */ INTO ticket_tally_changes (${COLUMNS.join(', ')})
     SELECT ${GROUP}, SUM(total) FROM (
       SELECT x.tag, t.state, t.priority, t.category_id, COALESCE(t.agent_id, ${ZERO}) AS agent_id, COALESCE(t.queue_id, ${ZERO}) AS queue_id, COALESCE(t.team_id, ${ZERO}) AS team_id,
         IF(t.creator_agent_id IS NULL OR t.creator_agent_id = t.agent_id, ${ZERO}, t.creator_agent_id) AS creator_agent_id, IF(m.ticket_id IS NULL, 0, 1) AS is_missed, 1 AS total
       FROM (SELECT id AS ticket_id, '' AS tag FROM tickets UNION ALL SELECT ticket_id, tag FROM ticket_tags) x JOIN tickets t ON t.id = x.ticket_id
       LEFT JOIN (SELECT DISTINCT ticket_id FROM sla_clocks WHERE is_going = 1 AND state = 'BREACHED' AND (pause_reason IS NULL OR pause_reason <> 'MERGED')) m ON m.ticket_id = t.id
       UNION ALL SELECT ${GROUP}, -total FROM ticket_tallies
       UNION ALL SELECT ${GROUP}, -total FROM ticket_tally_changes) counted
     GROUP BY ${GROUP} HAVING SUM(total) <> 0`);
  return affectedRows;
}

/** Removes the tallies that count nothing any more, e.g. of agents who left. */
export async function dropEmptyTallies(q: Queryable): Promise<void> {
  await q.execute('DELETE /* dropEmptyTallies */ FROM ticket_tallies WHERE total = 0');
}
