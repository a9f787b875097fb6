import { toSqlInstant } from '@careline/kit/db';
import { sql, type SQL, type SQLWrapper } from 'drizzle-orm';
import type { SlaTarget } from './clock.rules.ts';
import type { ClockState } from './reading.rules.ts';
import { slaClocks } from './sla.tables.ts';

/** Which clocks a list of tickets asks for; all that are given must hold of one clock. */
export interface ClockFilter {
  clockStates?: ClockState[] | null;
  clockTarget?: SlaTarget | null;
  isAtRisk?: boolean | null;
  dueBefore?: number | null;
}

/** The condition that a ticket has such a clock, among those that have not ended; undefined when nothing is asked. The board counts by the same. */
export function havingClock(ticketId: SQLWrapper, { clockStates, clockTarget, isAtRisk, dueBefore }: ClockFilter, now: number): SQL | undefined {
  const parts: SQL[] = [];
  if (clockStates?.length) {
    const ended = clockStates.includes('MET') ? sql`TRUE` : sql`${slaClocks.isGoing} = 1`;
    parts.push(sql`${slaClocks.state} IN ${clockStates} AND ${ended}`);
  }
  if (isAtRisk) parts.push(sql`${slaClocks.isGoing} = 1 AND (${slaClocks.state} = 'BREACHED' OR (${slaClocks.state} = 'RUNNING' AND ${slaClocks.riskAt} <= ${toSqlInstant(now)}))`);
  if (dueBefore != null) parts.push(sql`${slaClocks.isGoing} = 1 AND ${slaClocks.dueAt} < ${toSqlInstant(dueBefore)}`);
  if (parts.length === 0) return undefined;
  if (clockTarget) parts.push(sql`${slaClocks.target} = ${clockTarget}`);
  return sql`EXISTS (SELECT 1 FROM ${slaClocks} WHERE ${slaClocks.ticketId} = ${ticketId} AND ${sql.join(parts, sql` AND `)})`;
}
