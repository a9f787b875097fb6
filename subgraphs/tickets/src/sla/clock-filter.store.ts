import { inList, toSqlInstant } from '@careline/kit/db';
import { isNull, sql, type SQL, type SQLWrapper } from 'drizzle-orm';
import { SLA_TARGETS, type SlaTarget } from './clock.rules.ts';
import type { ClockState } from './reading.rules.ts';
import { slaClocks } from './sla.tables.ts';

/** Which clocks a list of tickets asks for; all that are given must hold of one clock. */
export interface ClockFilter {
  clockStates?: ClockState[] | null;
  clockTarget?: SlaTarget | null;
  isAtRisk?: boolean | null;
  dueAfter?: number | null;
  dueBefore?: number | null;
  clockEndedAfter?: number | null;
}

/** Whether a filter asks for clocks that have not ended: only tickets that are not solved have any. */
export const asksForGoingClock = ({ clockStates, isAtRisk, dueAfter, dueBefore, clockEndedAfter }: ClockFilter): boolean =>
  clockEndedAfter == null && (Boolean(isAtRisk) || dueAfter != null || dueBefore != null || (Boolean(clockStates?.length) && !clockStates!.includes('MET')));

/** Whether the time at which a ticket that is not solved is due next (`nextDueOf`) tells the same as its clocks. */
export const isToldByNextDue = ({ clockStates, clockTarget, isAtRisk, dueAfter, dueBefore, clockEndedAfter }: ClockFilter): boolean =>
  dueBefore != null && dueAfter == null && clockEndedAfter == null && !clockStates?.length && !clockTarget && !isAtRisk;

/** What the filter asks of one clock; nothing when it asks for none. The board counts by the same. */
function clockConditions({ clockStates, clockTarget, isAtRisk, dueAfter, dueBefore, clockEndedAfter }: ClockFilter, now: number): SQL[] {
  const parts: SQL[] = [];
  if (clockStates?.length) {
    const ended = clockStates.includes('MET') || clockEndedAfter != null ? sql`TRUE` : sql`${slaClocks.isGoing} = 1`;
    parts.push(sql`${slaClocks.state} IN ${clockStates} AND ${ended}`);
  }
  if (isAtRisk) parts.push(sql`${slaClocks.isGoing} = 1 AND (${slaClocks.state} = 'BREACHED' OR (${slaClocks.state} = 'RUNNING' AND ${slaClocks.riskAt} <= ${toSqlInstant(now)}))`);
  if (dueBefore != null) parts.push(sql`${slaClocks.dueAt} < ${toSqlInstant(dueBefore)}`);
  if (dueAfter != null) parts.push(sql`${slaClocks.dueAt} >= ${toSqlInstant(dueAfter)}`);
  // As `nextDueOf` has it: what waits for somebody else does not run out.
  if (dueBefore != null || dueAfter != null) parts.push(sql`${slaClocks.isGoing} = 1 AND (${slaClocks.state} <> 'PAUSED' OR ${slaClocks.pauseReason} = 'CLOSED_HOURS')`);
  if (clockEndedAfter != null) parts.push(sql`${slaClocks.endedAt} >= ${toSqlInstant(clockEndedAfter)}`);
  // What was merged is worked on in the ticket that took it in.
  if (parts.length > 0) parts.push(sql`COALESCE(${slaClocks.pauseReason}, '') <> 'MERGED'`);
  // Ended ones stand by target and time: without a target by each of them.
  if (parts.length > 0 && (clockTarget || clockEndedAfter != null)) parts.push(sql`${slaClocks.target} IN ${clockTarget ? [clockTarget] : SLA_TARGETS}`);
  return parts;
}

/** The condition that a ticket has such a clock; undefined when nothing is asked. */
export function havingClock(ticketId: SQLWrapper, filter: ClockFilter, now: number): SQL | undefined {
  const parts = clockConditions(filter, now);
  return parts.length === 0 ? undefined : sql`EXISTS (SELECT 1 FROM ${slaClocks} WHERE ${slaClocks.ticketId} = ${ticketId} AND ${sql.join(parts, sql` AND `)})`;
}

/** What is asked of a ticket that its clocks repeat. */
export interface ClockOwner {
  priorities: readonly number[];
  isUnassigned: boolean;
}

/** The ids of all tickets that have such a clock, each once, in a column `ticket_id`; with `owner` only of such tickets, and no more than `limit`. */
export function withSuchClock(filter: ClockFilter, now: number, owner?: ClockOwner, limit?: number): SQL {
  const parts = [...clockConditions(filter, now), sql`${slaClocks.ticketId} IS NOT NULL`];
  if (owner?.priorities.length) parts.push(inList(slaClocks.priority, owner.priorities));
  if (owner?.isUnassigned) parts.push(isNull(slaClocks.agentId));
  return sql`(SELECT DISTINCT ${slaClocks.ticketId} FROM ${slaClocks} WHERE ${sql.join(parts, sql` AND `)}${limit === undefined ? sql`` : sql` LIMIT ${sql.raw(String(limit))}`})`;
}
