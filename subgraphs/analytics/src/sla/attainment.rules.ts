import type { Priority, SlaSubject, SlaTarget } from './sla.tables.ts';

export type SlaDimension = 'DAY' | 'WEEK' | 'MONTH' | 'PRIORITY' | 'TARGET' | 'TEAM' | 'CATEGORY' | 'SUBJECT';

/** Values of the columns a row is split by; null for those not asked for, or without a value. */
export interface AttainmentKeys {
  day: string | null;
  priority: Priority | null;
  target: SlaTarget | null;
  teamId: string | null;
  categoryKey: string | null;
  subject: SlaSubject | null;
}

export interface AttainmentSums {
  metCount: number;
  breachedCount: number;
  usedMs: number;
}

export type AttainmentRow = AttainmentKeys & AttainmentSums;

const COLUMNS: Record<SlaDimension, keyof AttainmentKeys> = {
  DAY: 'day', WEEK: 'day', MONTH: 'day', PRIORITY: 'priority', TARGET: 'target', TEAM: 'teamId', CATEGORY: 'categoryKey', SUBJECT: 'subject',
};
const NO_KEYS: AttainmentKeys = { day: null, priority: null, target: null, teamId: null, categoryKey: null, subject: null };

/** met ÷ (met + breached); null when none ended. The one definition of attainment. */
export function rateOf({ metCount, breachedCount }: Pick<AttainmentSums, 'metCount' | 'breachedCount'>): number | null {
  const count = metCount + breachedCount;
  return count > 0 ? metCount / count : null;
}

/** Place of a row in the list: its columns in the order asked for. */
export const placeOf = (row: AttainmentKeys, groupBy: readonly SlaDimension[]): string => JSON.stringify(groupBy.map((dimension) => row[COLUMNS[dimension]]));

/** The first day of the week, month or day that a day belongs to, whichever is asked for. */
export function periodOf(day: string, groupBy: readonly SlaDimension[]): string {
  if (groupBy.includes('MONTH')) return `${day.slice(0, 7)}-01`;
  if (!groupBy.includes('WEEK')) return day;
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7));
  return at.toISOString().slice(0, 10);
}

/** Adds partial rows up by the columns asked for, in their order. Without columns there is always exactly one row. */
export function addUpAttainment(parts: readonly AttainmentRow[], groupBy: readonly SlaDimension[]): AttainmentRow[] {
  const rows = new Map<string, AttainmentRow>();
  const add = (part: AttainmentRow) => {
    const kept = Object.fromEntries(groupBy.map((dimension) => [COLUMNS[dimension], part[COLUMNS[dimension]]]));
    const keys = { ...NO_KEYS, ...kept, ...(part.day !== null && kept.day !== undefined ? { day: periodOf(part.day, groupBy) } : {}) };
    const place = placeOf(keys, groupBy);
    const row = rows.get(place) ?? { ...keys, metCount: 0, breachedCount: 0, usedMs: 0 };
    rows.set(place, { ...row, metCount: row.metCount + part.metCount, breachedCount: row.breachedCount + part.breachedCount, usedMs: row.usedMs + part.usedMs });
  };
  for (const part of parts) add(part);
  if (groupBy.length === 0 && rows.size === 0) add({ ...NO_KEYS, metCount: 0, breachedCount: 0, usedMs: 0 });
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
