import { refuse, type Refusal } from '@careline/kit/errors';
import { addDays, isDay } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { HOLIDAY_PLANS, planDays, workday } from './holiday-plans.ts';
import type { SpecialDayInput } from './hours.rules.ts';

const ICS_BYTES_MAX = 1_000_000;
const DAYS_MAX = 400;
/** Calendars of mainland China mark make-up workdays so. */
const WORKED = /补班|调休上班|上班|\bworkday\b/i;

/** Reads holidays and make-up workdays from an iCalendar file (RFC 5545, whole-day events) or a shipped plan; nothing is saved. */
export function readHolidays(ctx: TicketsContext, { ics, plan }: { ics?: string | null; plan?: string | null }): SpecialDayInput[] {
  ctx.viewer.requireAll('sla:read');
  if ((ics == null) === (plan == null)) throw refuse('INVALID', 'ics', { zh: '请在 ics 与 plan 中只给出一个。', en: 'Give exactly one of ics and plan.' });
  if (plan != null) {
    const days = planDays(plan);
    if (!days) throw refuse('NOT_FOUND', 'plan', { zh: `没有这个方案，可用：${Object.keys(HOLIDAY_PLANS).join('、')}。`, en: `There is no such plan. There are: ${Object.keys(HOLIDAY_PLANS).join(', ')}.` });
    return days;
  }
  if (Buffer.byteLength(ics!) > ICS_BYTES_MAX) throw refuse('FILE_TOO_LARGE', 'ics', { zh: '文件最多 1 MB。', en: 'The file has at most 1 MB.' });
  if (!/^BEGIN:VCALENDAR\s*$/m.test(ics!)) throw refuse('INVALID', 'ics', { zh: '这不是 iCalendar 文件（.ics）。', en: 'This is no iCalendar file (.ics).' });
  const found = new Map<string, SpecialDayInput>();
  for (const { summary, from, to } of eventsOf(ics!)) {
    for (let day = from, count = 0; day < to && count < 60; day = addDays(day, 1), count += 1) {
      const isWorked = WORKED.test(summary);
      const known = found.get(day);
      if (known && !isWorked) continue;
      found.set(day, { date: day, name: [...summary].slice(0, 40).join('') || '节假日', kind: isWorked ? 'MAKE_UP_WORKDAY' : 'HOLIDAY', intervals: isWorked ? [workday(day)] : [] });
    }
  }
  if (found.size === 0) throw refuse('INVALID', 'ics', { zh: '文件里没有整天的日程。', en: 'The file holds no whole-day event.' });
  if (found.size > DAYS_MAX) throw refuse('TOO_MANY', 'ics', { zh: `文件里超过 ${DAYS_MAX} 天，请按年份拆分。`, en: `The file holds more than ${DAYS_MAX} days: split it by year.` });
  return [...found.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}

interface WholeDayEvent {
  summary: string;
  from: string;
  /** Exclusive. */
  to: string;
}

/** Whole-day events of a calendar; what has a time of day is passed over. */
function eventsOf(ics: string): WholeDayEvent[] {
  const events: WholeDayEvent[] = [];
  let event: Record<string, string> | null = null;
  // A line that begins with white space goes on with the one before (RFC 5545 §3.1).
  for (const line of ics.replaceAll(/\r?\n[ \t]/g, '').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).split(';')[0]!.toUpperCase();
    const value = line.slice(colon + 1);
    if (line === 'BEGIN:VEVENT') event = {};
    else if (line === 'END:VEVENT' && event) {
      const from = dayOf(event.DTSTART);
      if (from && (event.RRULE ?? event.RDATE) !== undefined) throw repeats(unescaped(event.SUMMARY ?? ''));
      if (from) events.push({ summary: unescaped(event.SUMMARY ?? ''), from, to: dayOf(event.DTEND) ?? addDays(from, 1) });
      event = null;
    } else if (event) event[name] = value;
  }
  return events;
}

/** Read as its first day only, all later years would silently be working days. */
function repeats(summary: string): Refusal {
  return refuse('INVALID', 'ics', { zh: `日程“${summary}”是重复日程，请导出逐日列出的文件。`, en: `The event "${summary}" repeats: export a file that lists each day.` });
}

function dayOf(value: string | undefined): string | null {
  const day = /^(\d{4})(\d{2})(\d{2})$/.exec(value ?? '')?.slice(1).join('-');
  return day && isDay(day) ? day : null;
}

const unescaped = (text: string) => text.replaceAll(/\\([\\;,nN])/g, (_, sign: string) => (sign.toLowerCase() === 'n' ? ' ' : sign)).trim();
