import { refuse } from '@careline/kit/errors';
import { addDays, intervalsOn, isDay, isTimeZone, type BusinessHours, type HoursPeriod, type OpenMinutes } from '@careline/kit/time';

export type SpecialDayKind = 'HOLIDAY' | 'MAKE_UP_WORKDAY' | 'OTHER_HOURS';

/** A version of business hours as it is stored: what counts, and what the special days are called. */
export interface HoursContent extends BusinessHours {
  specialDayNames?: Readonly<Record<string, { name: string; kind: SpecialDayKind }>>;
}

export interface OpenIntervalInput {
  weekday: number;
  from: string;
  to: string;
}

export interface SpecialDayInput {
  date: string;
  name: string;
  kind: SpecialDayKind;
  intervals: OpenIntervalInput[];
}

export interface HoursPeriodInput {
  from: string;
  intervals: OpenIntervalInput[];
}

export interface HoursInput {
  timeZone: string;
  intervals: OpenIntervalInput[];
  periods?: HoursPeriodInput[] | null;
  specialDays: SpecialDayInput[];
}

const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;
const WHOLE_DAY = 1_440;

/** Minutes from midnight of `HH:MM`; null when it is not written so. `24:00` is the end of a day. */
function minutesOf(text: string): number | null {
  if (text === '24:00') return WHOLE_DAY;
  const found = TIME.exec(text);
  return found ? Number(found[1]) * 60 + Number(found[2]) : null;
}

function readInterval({ from, to }: OpenIntervalInput, path: string[]): OpenMinutes {
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  if (begin === null || begin === WHOLE_DAY) throw refuse('INVALID', [...path, 'from'], { zh: '时间请写成 09:00。', en: 'Write the time like 09:00.' });
  if (end === null) throw refuse('INVALID', [...path, 'to'], { zh: '时间请写成 18:00，一天的结束写 24:00。', en: 'Write the time like 18:00; the end of the day is 24:00.' });
  if (begin === end) throw refuse('INVALID', [...path, 'to'], { zh: '开始与结束不能相同；全天请写 00:00 到 24:00。', en: 'Begin and end are the same; a whole day is 00:00 to 24:00.' });
  return { from: begin, to: end > begin ? end : end + WHOLE_DAY };
}

/** Refuses intervals of which two are open at once; `shift` is where each stands in the week. */
function requireApart(intervals: readonly { at: OpenMinutes; path: string[] }[]): void {
  const sorted = [...intervals].sort((a, b) => a.at.from - b.at.from);
  for (const [index, { at, path }] of sorted.entries()) {
    const before = sorted[index - 1];
    if (before && at.from < before.at.to) throw refuse('INVALID', path, { zh: '这个时段与另一个重叠，请错开。', en: 'This interval overlaps another: move them apart.' });
  }
}

/** Open intervals of Monday to Sunday, none of which overlap. */
function readWeek(intervals: readonly OpenIntervalInput[], at: string[]): OpenMinutes[][] {
  if (intervals.length > 50) throw refuse('TOO_MANY', at, { zh: '一周最多 50 个时段。', en: 'At most 50 intervals a week.' });
  const week: OpenMinutes[][] = Array.from({ length: 7 }, () => []);
  const placed = intervals.map((interval, index) => {
    const path = [...at, String(index)];
    if (!Number.isInteger(interval.weekday) || interval.weekday < 1 || interval.weekday > 7) throw refuse('OUT_OF_RANGE', [...path, 'weekday'], { zh: '星期是 1（周一）到 7（周日）。', en: 'The weekday is 1 (Monday) to 7 (Sunday).' });
    const open = readInterval(interval, path);
    week[interval.weekday - 1]!.push(open);
    const shift = (interval.weekday - 1) * WHOLE_DAY;
    return { at: { from: open.from + shift, to: open.to + shift }, path };
  });
  requireApart(placed);
  return week;
}

const PERIODS_MAX = 20;
/** A period may begin at most this far ahead: whoever looks for the next opening has to walk there. */
const DAYS_AHEAD_MAX = 5 * 366;

/** The weeks that take over from a day on, earliest first. */
function readPeriods(periods: readonly HoursPeriodInput[], today: string): HoursPeriod[] {
  if (periods.length > PERIODS_MAX) throw refuse('TOO_MANY', 'periods', { zh: `最多 ${PERIODS_MAX} 个生效日期。`, en: `At most ${PERIODS_MAX} dates of change.` });
  const read = periods.map(({ from, intervals }, index): HoursPeriod => {
    const path = ['periods', String(index)];
    if (!isDay(from)) throw refuse('INVALID', [...path, 'from'], { zh: '日期不正确。', en: 'This is not a day of the calendar.' });
    if (from > addDays(today, DAYS_AHEAD_MAX) || from < '2000-01-01') throw refuse('OUT_OF_RANGE', [...path, 'from'], { zh: '生效日期要在 2000 年之后、五年之内。', en: 'The date lies between the year 2000 and five years from now.' });
    if (periods.findIndex((other) => other.from === from) < index) throw refuse('ALREADY_EXISTS', [...path, 'from'], { zh: '这个生效日期写了两次，请只保留一个。', en: 'This date is written twice: keep one.' });
    return { from, week: readWeek(intervals, [...path, 'intervals']) };
  });
  return read.sort((a, b) => (a.from < b.from ? -1 : 1));
}

/** The hours as they are stored. Refuses with the path of the first thing that is wrong. */
export function readHours({ timeZone, intervals, periods: given, specialDays }: HoursInput, today: string): HoursContent {
  if (!isTimeZone(timeZone)) throw refuse('INVALID', 'timeZone', { zh: '没有这个时区，请写 IANA 名称，例如 Asia/Shanghai。', en: 'There is no such zone. Use an IANA name, e.g. Asia/Shanghai.' });
  if (specialDays.length > 400) throw refuse('TOO_MANY', 'specialDays', { zh: '最多 400 个特殊日。', en: 'At most 400 special days.' });
  const week = readWeek(intervals, ['intervals']);
  const periods = readPeriods(given ?? [], today);
  const days: Record<string, OpenMinutes[]> = {};
  const names: Record<string, { name: string; kind: SpecialDayKind }> = {};
  for (const [index, day] of specialDays.entries()) {
    const path = ['specialDays', String(index)];
    if (!isDay(day.date)) throw refuse('INVALID', [...path, 'date'], { zh: '日期不正确。', en: 'This is not a day of the calendar.' });
    if (days[day.date]) throw refuse('ALREADY_EXISTS', [...path, 'date'], { zh: '这一天写了两次，请只保留一个。', en: 'This day is written twice: keep one.' });
    const name = day.name.trim();
    if (name.length < 1 || [...name].length > 40) throw refuse('INVALID', [...path, 'name'], { zh: '名称是 1 到 40 个字符。', en: 'A name has 1 to 40 characters.' });
    if (day.kind === 'HOLIDAY' && day.intervals.length > 0) throw refuse('INVALID', [...path, 'intervals'], { zh: '节假日不能有时段；请改为“其他时间”。', en: 'A holiday has no intervals; use OTHER_HOURS.' });
    if (day.kind !== 'HOLIDAY' && day.intervals.length === 0) throw refuse('REQUIRED', [...path, 'intervals'], { zh: '请填写这一天的时段。', en: 'Give the intervals of this day.' });
    days[day.date] = day.intervals.map((interval, place) => readInterval(interval, [...path, 'intervals', String(place)]));
    requireApart(days[day.date]!.map((at, place) => ({ at, path: [...path, 'intervals', String(place)] })));
    names[day.date] = { name, kind: day.kind };
  }
  if ([week, ...periods.map((period) => period.week)].every((each) => each.every((day) => day.length === 0)) && Object.values(days).every((day) => day.length === 0)) throw refuse('REQUIRED', 'intervals', { zh: '至少要有一个开放时段，否则计时永远不会走。', en: 'Give at least one interval; else clocks would never run.' });
  return { timeZone, week, periods, specialDays: days, specialDayNames: names };
}

const two = (value: number) => String(value).padStart(2, '0');
const clockOf = (minutes: number, isEnd: boolean) => (isEnd && minutes === WHOLE_DAY ? '24:00' : `${two(Math.floor((minutes % WHOLE_DAY) / 60))}:${two(minutes % 60)}`);

/** An interval as people write it. */
export const writeInterval = (weekday: number, { from, to }: OpenMinutes): OpenIntervalInput => ({ weekday, from: clockOf(from, false), to: clockOf(to, true) });

/** What others learn of business hours: what counts, without the names that people gave to special days. */
export interface ToldHours {
  hoursId: string;
  key: string;
  version: number;
  timeZone: string;
  week: OpenMinutes[][];
  periods: { from: string; week: OpenMinutes[][] }[];
  specialDays: Record<string, OpenMinutes[]>;
}

export function toldHours({ id, key, version, content }: { id: string; key: string; version: number; content: HoursContent }): ToldHours {
  const { timeZone, week, periods = [], specialDays } = content;
  return {
    hoursId: id, key, version, timeZone, week: week.map((day) => [...day]),
    periods: periods.map((period) => ({ from: period.from, week: period.week.map((day) => [...day]) })),
    specialDays: Object.fromEntries(Object.entries(specialDays).map(([day, intervals]) => [day, [...intervals]])),
  };
}

/** A day that has passed and would be read otherwise. */
export interface HoursDiffDay {
  date: string;
  before: readonly OpenMinutes[];
  after: readonly OpenMinutes[];
}

/** The days from `since` to the day before `today` on which other hours would have counted, newest first. */
export function correctedDays(before: BusinessHours, after: BusinessHours, since: string, today: string): HoursDiffDay[] {
  const found: HoursDiffDay[] = [];
  const text = (intervals: readonly OpenMinutes[]) => intervals.map(({ from, to }) => `${from}-${to}`).sort().join();
  for (let date = addDays(today, -1); date >= since; date = addDays(date, -1)) {
    const [was, is] = [intervalsOn(before, date), intervalsOn(after, date)];
    if (text(was) !== text(is) || (before.timeZone !== after.timeZone && is.length > 0)) found.push({ date, before: was, after: is });
  }
  return found;
}
