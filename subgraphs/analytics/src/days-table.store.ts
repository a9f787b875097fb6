import { toSqlInstant } from '@careline/kit/db';
import type { DaySpan } from './day-range.rules.ts';

/** The days as rows: zones and clock changes are settled before the database is asked, which knows no zones. */
export function daysTable(spans: readonly DaySpan[]): { sql: string; params: unknown[] } {
  const rows = spans.map((_, index) => (index === 0
    ? 'SELECT 0 AS day_index, CAST(? AS DATETIME(3)) AS day_start, CAST(? AS DATETIME(3)) AS day_end' : `SELECT ${index}, CAST(? AS DATETIME(3)), CAST(? AS DATETIME(3))`));
  return { sql: rows.join(' UNION ALL '), params: spans.flatMap(({ start, end }) => [toSqlInstant(start), toSqlInstant(end)]) };
}
