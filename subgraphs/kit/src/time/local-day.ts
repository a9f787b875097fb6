import { HOUR, MINUTE, type Instant } from './units.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formats.set(zone, format);
  }
  return format;
}

/** The calendar day, `2026-11-23`, that clocks in `zone` show at this instant. */
export function localDay(at: Instant, zone: string): string {
  return formatOf(zone).format(at);
}

/**
 * The first instant of a day in `zone`. Found by search, because midnight is skipped or comes twice
 * where clocks change then; a day the zone never had begins and ends at the same instant.
 */
export function dayStart(day: string, zone: string): Instant {
  const midnightUtc = Date.parse(`${day}T00:00:00Z`);
  let before = (midnightUtc - 30 * HOUR) / MINUTE;
  let after = (midnightUtc + 30 * HOUR) / MINUTE;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (localDay(middle * MINUTE, zone) >= day) after = middle;
    else before = middle;
  }
  return after * MINUTE;
}

/** The day `count` days after `day`. */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 24 * HOUR).toISOString().slice(0, 10);
}

/** Whether the text is a day of the calendar; `2026-02-30` is not. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && addDays(text, 0) === text;
}
