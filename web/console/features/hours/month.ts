import type { SpecialDayKind } from '../../../gql/graphql.ts';

export interface Interval {
  from: string;
  to: string;
}

export interface SpecialDay {
  date: string;
  name: string;
  kind: SpecialDayKind;
  intervals: Interval[];
}

/** Intervals of Monday to Sunday. */
export type Week = Interval[][];

/** The week from a day on. */
export interface Period {
  from: string;
  week: Week;
}

export interface MonthDay {
  date: string;
  day: number;
  kind: SpecialDayKind | null;
  name: string;
  intervals: Interval[];
}

/** Monday is 0. */
export const weekdayOf = (date: string): number => (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;

/** The month after or before `YYYY-MM`. */
export function shiftMonth(month: string, step: number): string {
  const date = new Date(`${month}-01T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + step);
  return date.toISOString().slice(0, 7);
}

/** The week that counts on a day: that of the last period begun by then. */
export const weekOn = (date: string, week: Week, periods: readonly Period[]): Week => periods.findLast(({ from }) => from <= date)?.week ?? week;

/** Every day of a month with when it is open, in weeks from Monday; null stands for the days of other months. */
export function monthOf(month: string, week: Week, special: readonly SpecialDay[], periods: readonly Period[] = []): (MonthDay | null)[][] {
  const first = `${month}-01`;
  const count = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate();
  const cells: (MonthDay | null)[] = Array.from({ length: weekdayOf(first) }, () => null);
  for (let day = 1; day <= count; day += 1) {
    const date = `${month}-${String(day).padStart(2, '0')}`;
    const other = special.find((one) => one.date === date);
    cells.push({ date, day, kind: other?.kind ?? null, name: other?.name ?? '', intervals: other ? other.intervals : weekOn(date, week, periods)[weekdayOf(date)]! });
  }
  while (cells.length % 7 > 0) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, row) => cells.slice(row * 7, row * 7 + 7));
}

/** Days that were found joined to those there are, by date; a day that was found takes the place of one there was. */
export function joinDays(known: readonly SpecialDay[], found: readonly SpecialDay[]): SpecialDay[] {
  const days = new Map([...known, ...found].map((day) => [day.date, day]));
  return [...days.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** Periods with one more, earliest first. */
export const joinPeriods = (known: readonly Period[], added: Period): Period[] => [...known, added].sort((a, b) => (a.from < b.from ? -1 : 1));
