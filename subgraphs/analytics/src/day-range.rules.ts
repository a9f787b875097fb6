import { appError } from '@careline/kit/errors';
import type { Instant } from '@careline/kit/time';
import { addDays, dayStart } from '@careline/kit/time';

/** A day range as callers give it; both days are included. */
export interface DateRange {
  from: string;
  to: string;
  timeZone?: string | null;
}

/** One local day and the instants between which it lies. */
export interface DaySpan {
  day: string;
  start: Instant;
  end: Instant;
}

const DAYS_MAX = 400;

/** The local days of a range. Throws BAD_USER_INPUT for an unknown zone, a range turned round, or one too long. */
export function daySpans(range: DateRange, defaultZone: string): DaySpan[] {
  const zone = range.timeZone ?? defaultZone;
  if (!isZone(zone)) throw appError('BAD_USER_INPUT', { words: { zh: '时区不存在。', en: 'There is no such time zone.' } });
  if (range.to < range.from || range.to > addDays(range.from, DAYS_MAX)) {
    throw appError('BAD_USER_INPUT', { words: { zh: '日期范围须为 0 到 400 天。', en: '`to` must lie 0 to 400 days after `from`.' } });
  }
  const spans: DaySpan[] = [];
  let start = dayStart(range.from, zone);
  for (let day = range.from; day <= range.to; day = addDays(day, 1)) {
    const end = dayStart(addDays(day, 1), zone);
    spans.push({ day, start, end });
    start = end;
  }
  return spans;
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
