import { binaryToId, idToBinary, toSqlInstant, type Queryable } from '@careline/kit/db';
import type { Instant } from '@careline/kit/time';
import type { DaySpan } from '../day-range.rules.ts';
import { daysTable } from '../days-table.store.ts';
import { FOREVER } from '../row-version.store.ts';
import type { AttainmentRow, SlaDimension } from './attainment.rules.ts';
import { subjectsIn, type FactFilter, type FactReach } from './clock-facts.store.ts';
import type { Priority, SlaSubject, SlaTarget } from './sla.tables.ts';

export interface AttainmentAsk {
  spans: readonly DaySpan[];
  groupBy: readonly SlaDimension[];
  filter: FactFilter;
  reach: FactReach;
  /** What was known then. Null: now. */
  asOf: Instant | null;
}

interface Row {
  day_index: number;
  priority: Priority | null;
  target: SlaTarget | null;
  team_id: Buffer | null;
  category_key: string | null;
  subject: SlaSubject | null;
  met: number;
  breached: number;
  used: number;
}

/** Verdicts of clocks that ended on the days, split as asked; weeks and months come as days. */
export async function sumAttainment(q: Queryable, ask: AttainmentAsk): Promise<AttainmentRow[]> {
  const { spans, groupBy } = ask;
  const has = (...dimensions: SlaDimension[]) => dimensions.some((dimension) => groupBy.includes(dimension));
  const isByDay = has('DAY', 'WEEK', 'MONTH');
  const days = daysTable(isByDay ? spans : [{ day: '', start: spans[0]!.start, end: spans.at(-1)!.end }]);
  const columns: Record<string, [isShown: boolean, of: string]> = {
    priority: [has('PRIORITY'), 'f.priority'], target: [has('TARGET'), 'f.target'], team_id: [has('TEAM'), 'f.team_id'], category_key: [has('CATEGORY'), 'f.category_key'],
    subject: [has('SUBJECT'), "IF(f.ticket_id IS NULL, 'CONVERSATION', 'TICKET')"],
  };
  const shown = Object.entries(columns).map(([column, [isShown, of]]) => `${isShown ? of : 'NULL'} AS ${column}`);
  const split = ['d.day_index', ...Object.values(columns).flatMap(([isShown, of]) => (isShown ? [of] : []))];
  const where = conditions(ask);
  const rows = await q.query<Row & Record<string, unknown>>(
    `/* sumAttainment */ SELECT d.day_index, ${shown.join(', ')}, SUM(f.state = 'MET') AS met, SUM(f.state = 'BREACHED') AS breached, SUM(f.used_ms) AS used
      FROM (${days.sql}) d JOIN sla_clock_facts f ON f.ended_at >= d.day_start AND f.ended_at < d.day_end WHERE ${where.sql} GROUP BY ${split.join(', ')}`,
    [...days.params, ...where.params],
  );
  return rows.map((row) => ({
    day: isByDay ? spans[row.day_index]!.day : null, priority: row.priority, target: row.target, teamId: row.team_id && binaryToId('tem', row.team_id), categoryKey: row.category_key, subject: row.subject,
    metCount: Number(row.met), breachedCount: Number(row.breached), usedMs: Number(row.used),
  }));
}

function conditions({ asOf, filter, reach }: AttainmentAsk): { sql: string; params: unknown[] } {
  const parts: string[] = [];
  const params: unknown[] = [];
  const add = (sql: string, ...values: unknown[]) => {
    parts.push(sql);
    params.push(...values);
  };
  const any = (column: string, values: readonly unknown[] | null | undefined) => {
    if (values) add(values.length > 0 ? `f.${column} IN (?)` : 'FALSE', ...(values.length > 0 ? [values] : []));
  };
  if (asOf === null) add('f.known_until = ?', toSqlInstant(FOREVER));
  else add('f.known_from <= ? AND f.known_until > ?', toSqlInstant(asOf), toSqlInstant(asOf));
  any('target', filter.targets);
  any('priority', filter.priorities);
  any('team_id', filter.teamIds?.map(idToBinary));
  any('category_key', filter.categoryKeys);
  const only = subjectsIn(filter);
  if (only) add(only === 'NONE' ? 'FALSE' : `f.ticket_id IS ${only === 'TICKET' ? 'NOT ' : ''}NULL`);
  if (reach) {
    const own = ['FALSE'];
    const values: unknown[] = [];
    const reachBy = (sql: string, value: unknown) => {
      own.push(sql);
      values.push(value);
    };
    if (reach.agentId) reachBy('f.agent_id = ?', idToBinary(reach.agentId));
    if (reach.queueIds.length > 0) reachBy('f.queue_id IN (?)', reach.queueIds.map(idToBinary));
    if (reach.teamIds.length > 0) reachBy('f.team_id IN (?)', reach.teamIds.map(idToBinary));
    add(`(${own.join(' OR ')})`, ...values);
  }
  return { sql: parts.join(' AND '), params };
}
