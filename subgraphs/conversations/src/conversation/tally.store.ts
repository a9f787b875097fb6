import { idToBinary, type Queryable, type Tx } from '@careline/kit/db';
import type { ListedFacts } from './conversation.types.ts';

/** One change of one tally; `tag` is empty for the tally of all conversations. */
export interface TallyChange {
  tag: string;
  facts: ListedFacts;
  total: number;
  spoken: number;
}

/** A condition on `conversations c` that only asks for columns a tally has too. */
export interface TalliedCondition {
  sql: string;
  params: readonly unknown[];
}

const COLUMNS = ['tag', 'state', 'agent_id', 'queue_id', 'priority', 'channel_kind', 'total', 'spoken'];
const NOBODY = Buffer.alloc(16);
const isSpoken = (facts: ListedFacts) => (facts.lastTextSeq > 0 ? 1 : 0);
const keyOf = ({ tag, facts }: TallyChange) => [tag, facts.state, facts.agentId, facts.queueId, facts.priority, facts.channelKind].join('\n');

/** What a conversation's change from one state of affairs to another does to the tallies; `before` null: it is new. */
export function tallyChanges(before: ListedFacts | null, after: ListedFacts): TallyChange[] {
  const sum = new Map<string, TallyChange>();
  const count = (facts: ListedFacts, by: 1 | -1) => {
    for (const tag of ['', ...facts.tags]) {
      const change: TallyChange = { tag, facts, total: by, spoken: by * isSpoken(facts) };
      const known = sum.get(keyOf(change));
      if (known) Object.assign(known, { total: known.total + change.total, spoken: known.spoken + change.spoken });
      else sum.set(keyOf(change), change);
    }
  };
  if (before) count(before, -1);
  count(after, 1);
  return [...sum.values()].filter((change) => change.total !== 0 || change.spoken !== 0);
}

/** Notes changes in the transaction of what they follow from; nobody waits for anybody. */
export async function insertTallyChanges(tx: Tx, changes: readonly TallyChange[]): Promise<void> {
  if (changes.length === 0) return;
  await tx.later(`INSERT /* insertTallyChanges */ INTO tally_changes (${COLUMNS.join(', ')}) VALUES ?`,
    [changes.map(({ tag, facts, total, spoken }) => [
      tag, facts.state, facts.agentId ? idToBinary(facts.agentId) : NOBODY, facts.queueId ? idToBinary(facts.queueId) : NOBODY, facts.priority, facts.channelKind, total, spoken,
    ])]);
}

/** Moves noted changes into the tallies, the oldest first; gives how many there were. */
export async function foldTallyChanges(tx: Tx, limit: number): Promise<number> {
  const [id, ...cells] = ['id', ...COLUMNS];
  // The lock lets one of two folders work; the other finds the rows gone.
  const rows = await tx.query<Record<string, unknown>>(`SELECT /* selectTallyChanges */ ${id}, ${cells.join(', ')} FROM tally_changes ORDER BY id LIMIT ${Math.trunc(limit)} FOR UPDATE`);
  if (rows.length === 0) return 0;
  await tx.execute(
    `INSERT /* foldTallies */ INTO conversation_tallies (${COLUMNS.join(', ')}) VALUES ?
     ON DUPLICATE KEY UPDATE total = total + VALUES(total), spoken = spoken + VALUES(spoken)`, [rows.map((row) => cells.map((name) => row[name]))]);
  await tx.execute(`DELETE /* dropTallyChanges */ FROM tally_changes WHERE id IN (?)`, [rows.map((row) => row.id)]);
  return rows.length;
}

const sqlOf = (conditions: readonly TalliedCondition[]) => (conditions.length === 0 ? '1 = 1' : conditions.map((one) => `(${one.sql})`).join(' AND '));
const paramsOf = (conditions: readonly TalliedCondition[]) => conditions.flatMap((one) => one.params);

/** The sum of one column over the tallies and the changes noted since. */
function sumOf(column: 'total' | 'spoken', tag: string, conditions: readonly TalliedCondition[]): { sql: string; params: unknown[] } {
  const from = (table: string) => `(SELECT COALESCE(SUM(c.${column}), 0) FROM ${table} c WHERE c.tag = ? AND ${sqlOf(conditions)})`;
  const params = [tag, ...paramsOf(conditions)];
  return { sql: `${from('conversation_tallies')} + ${from('tally_changes')}`, params: [...params, ...params] };
}

/** How many conversations meet the conditions, exactly, without looking at any of them. */
export async function sumTallies(q: Queryable, conditions: readonly TalliedCondition[], tag = ''): Promise<number> {
  const { sql, params } = sumOf('total', tag, conditions);
  const rows = await q.query<{ total: number }>(`SELECT /* sumTallies */ ${sql} AS total`, params);
  return Number(rows[0]!.total);
}

/** What is counted together: conversations that meet all conditions and carry the tag; without one: all of them. */
export interface TalliedGroup {
  conditions: readonly TalliedCondition[];
  tag?: string | undefined;
}

const OPEN: TalliedCondition = { sql: "c.state <> 'CLOSED'", params: [] };
const TAGGED = 'EXISTS (SELECT 1 FROM conversation_tags t WHERE t.conversation_id = c.id AND t.tag = ?)';
const withTag = ({ conditions, tag }: TalliedGroup): TalliedCondition[] => [...conditions, ...(tag ? [{ sql: TAGGED, params: [tag] }] : [])];

/**
 * For each group: how many conversations are in it, and in how many open ones of them somebody wrote what this agent has not
 * read. Those are all open ones somebody wrote in but the ones the agent has read to the end, which are few.
 */
export async function countTallied(q: Queryable, groups: readonly TalliedGroup[], agentId: string): Promise<{ count: number; unreadCount: number }[]> {
  const sums = groups.flatMap(({ conditions, tag = '' }) => [sumOf('total', tag, conditions), sumOf('spoken', tag, [...conditions, OPEN])]);
  const names = groups.flatMap((_, place) => [`total_${place}`, `spoken_${place}`]);
  const rows = await q.query<Record<string, number | null>>(
    `SELECT /* countTallied */ read_up.*, ${sums.map((sum, place) => `${sum.sql} AS ${names[place]}`).join(', ')} FROM (
       SELECT ${groups.map((group, place) => `SUM(${sqlOf(withTag(group))}) AS read_${place}`).join(', ')}
       FROM read_marks r STRAIGHT_JOIN conversations c ON c.id = r.conversation_id
       WHERE r.open_actor_id = ? AND c.last_text_seq > 0 AND r.seq >= c.last_text_seq) read_up`,
    [...sums.flatMap((sum) => sum.params), ...groups.flatMap((group) => paramsOf(withTag(group))), agentId]);
  const found = (name: string) => Number(rows[0]![name] ?? 0);
  return groups.map((_, place) => ({ count: found(`total_${place}`), unreadCount: found(`spoken_${place}`) - found(`read_${place}`) }));
}

const GROUP = 'tag, state, agent_id, queue_id, priority, channel_kind';
const ON_ROW = `c.state, COALESCE(c.agent_id, REPEAT(CHAR(0), 16)) AS agent_id, COALESCE(c.queue_id, REPEAT(CHAR(0), 16)) AS queue_id, c.priority, c.channel_kind,
  1 AS total, c.last_text_seq > 0 AS spoken`;

/** Counts every conversation and notes what the tallies lack or have too much; gives how many of them were wrong. */
export async function mendTallies(q: Queryable): Promise<number> {
  const { affectedRows } = await q.execute(
    `INSERT /* mendTallies */ INTO tally_changes (${COLUMNS.join(', ')})
     SELECT ${GROUP}, SUM(total), SUM(spoken) FROM (
       SELECT '' AS tag, ${ON_ROW} FROM conversations c
       UNION ALL SELECT t.tag, ${ON_ROW} FROM conversation_tags t JOIN conversations c ON c.id = t.conversation_id
       UNION ALL SELECT ${GROUP}, -total, -spoken FROM conversation_tallies
       UNION ALL SELECT ${GROUP}, -total, -spoken FROM tally_changes) counted
     GROUP BY ${GROUP} HAVING SUM(total) <> 0 OR SUM(spoken) <> 0`);
  return affectedRows;
}

/** Removes the tallies that count nothing any more, e.g. of agents who left. */
export async function dropEmptyTallies(q: Queryable): Promise<void> {
  await q.execute('DELETE /* dropEmptyTallies */ FROM conversation_tallies WHERE total = 0 AND spoken = 0');
}
