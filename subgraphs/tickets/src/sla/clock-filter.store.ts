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

/** Whether a filter asks for clocks that have not ended: only tickets that are not solved have any. */
export const asksForGoingClock = ({ clockStates, isAtRisk, dueBefore }: ClockFilter): boolean =>
  Boolean(isAtRisk) || dueBefore != null || (Boolean(clockStates?.length) && !clockStates!.includes('MET'));

/** What the filter asks of one clock; nothing when it asks for none. The board counts by the same. */
function clockConditions({ clockStates, clockTarget, isAtRisk, dueBefore }: ClockFilter, now: number): SQL[] {
  const parts: SQL[] = [];
  if (clockStates?.length) {
    const ended = clockStates.includes('MET') ? sql`TRUE` : sql`${slaClocks.isGoing} = 1`;
    parts.push(sql`${slaClocks.state} IN ${clockStates} AND ${ended}`);
  }
  if (isAtRisk) parts.push(sql`${slaClocks.isGoing} = 1 AND (${slaClocks.state} = 'BREACHED' OR (${slaClocks.state} = 'RUNNING' AND ${slaClocks.riskAt} <= ${toSqlInstant(now)}))`);
  if (dueBefore != null) parts.push(sql`${slaClocks.isGoing} = 1 AND ${slaClocks.dueAt} < ${toSqlInstant(dueBefore)}`);
  // What was merged is worked on in the ticket that took it in.
  if (parts.length > 0) parts.push(sql`COALESCE(${slaClocks.pauseReason}, '') <> 'MERGED'`);
  if (parts.length > 0 && clockTarget) parts.push(sql`${slaClocks.target} = ${clockTarget}`);
  return parts;
}

/** The condition that a ticket has such a clock; undefined when nothing is asked. */
export function havingClock(ticketId: SQLWrapper, filter: ClockFilter, now: number): SQL | undefined {
  const parts = clockConditions(filter, now);
  return parts.length === 0 ? undefined : sql`EXISTS (SELECT 1 FROM ${slaClocks} WHERE ${slaClocks.ticketId} = ${ticketId} AND ${sql.join(parts, sql` AND `)})`;
}

/** The ids of all tickets that have such a clock, each once, in a column `ticket_id`. */
export const withSuchClock = (filter: ClockFilter, now: number): SQL =>
  sql`(SELECT DISTINCT ${slaClocks.ticketId} FROM ${slaClocks} WHERE ${sql.join(clockConditions(filter, now), sql` AND `)})`;
