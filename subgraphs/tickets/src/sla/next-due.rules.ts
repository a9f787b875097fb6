import type { Instant } from '@careline/kit/time';
import type { ClockRow } from './sla.tables.ts';

/** A clock that is due at some time. */
export type DueClockRow = ClockRow & { dueAt: Instant };

/** The clock that runs out next, or did and goes on; what waits for somebody else does not count. Null when none runs. */
export function nextDueOf(rows: readonly ClockRow[]): DueClockRow | null {
  const going = rows.filter((row): row is DueClockRow =>
    row.endedAt === null && row.dueAt !== null && (row.breachedAt !== null || row.pauseReason === null || row.pauseReason === 'CLOSED_HOURS'));
  return going.reduce<DueClockRow | null>((first, row) => (first && first.dueAt <= row.dueAt ? first : row), null);
}

/** When a running clock comes to be at risk, while that was not told. */
export const untoldRiskAt = ({ state, endedAt, breachedAt, riskAt, riskToldAt }: ClockRow): Instant | null =>
  (state === 'RUNNING' && endedAt === null && breachedAt === null && riskAt !== riskToldAt ? riskAt : null);
