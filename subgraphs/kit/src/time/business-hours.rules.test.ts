import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALWAYS, dueAt, isOpenAt, nextChange, openStretches, workingMs, type BusinessHours, type OpenMinutes } from './business-hours.rules.ts';
import { DAY, HOUR, MINUTE, SECOND } from './units.ts';

const at = (text: string) => Date.parse(text);
const show = (instant: number | null) => (instant === null ? null : new Date(instant).toISOString().replace('.000Z', 'Z'));
const hour = (from: number, to: number): OpenMinutes => ({ from: from * 60, to: to * 60 });
const weekdays = (...intervals: OpenMinutes[]) => Array.from({ length: 7 }, (_, day) => (day < 5 ? intervals : []));
const daily = (...intervals: OpenMinutes[]) => Array.from({ length: 7 }, () => intervals);

const OFFICE: BusinessHours = { timeZone: 'Asia/Shanghai', week: weekdays(hour(9, 18)), specialDays: {} };
const LUNCH: BusinessHours = { timeZone: 'Asia/Shanghai', week: weekdays(hour(9, 12), hour(13, 18)), specialDays: {} };
const NIGHT: BusinessHours = { timeZone: 'Asia/Shanghai', week: weekdays(hour(22, 30)), specialDays: {} };
const HOLIDAYS: BusinessHours = { ...OFFICE, specialDays: { '2026-10-01': [], '2026-10-02': [], '2026-10-10': [hour(9, 18)] } };
/** Nine to six until Monday the 23rd, from then on eight to four; on the 30th closed for good. */
const CHANGING: BusinessHours = { ...OFFICE, periods: [{ from: '2026-11-23', week: weekdays(hour(8, 16)) }, { from: '2026-11-30', week: weekdays() }] };
const NEW_YORK: BusinessHours = { timeZone: 'America/New_York', week: daily(hour(1, 4)), specialDays: {} };

describe('dueAt', () => {
  it.each([
    ['runs straight through when always open', '2026-11-20T17:55:00Z', 15 * MINUTE, ALWAYS, '2026-11-20T18:10:00Z'],
    ['carries over a weekend to the next opening', '2026-11-20T09:55:00Z', 15 * MINUTE, OFFICE, '2026-11-23T01:10:00Z'],
    ['falls due exactly at closing', '2026-11-20T09:45:00Z', 15 * MINUTE, OFFICE, '2026-11-20T10:00:00Z'],
    ['goes on in the next opening when a millisecond is left', '2026-11-20T09:45:00Z', 15 * MINUTE + 1, OFFICE, '2026-11-23T01:00:00.001Z'],
    ['begins at the opening when begun while closed', '2026-11-21T04:00:00Z', HOUR, OFFICE, '2026-11-23T02:00:00Z'],
    ['leaves the break at noon out', '2026-11-20T03:30:00Z', HOUR, LUNCH, '2026-11-20T05:30:00Z'],
    ['runs over midnight in a night shift', '2026-11-20T14:00:00Z', 4 * HOUR, NIGHT, '2026-11-20T18:00:00Z'],
    ['ends a night shift in the morning of the day after', '2026-11-20T21:30:00Z', HOUR, NIGHT, '2026-11-23T14:30:00Z'],
    ['passes over holidays', '2026-09-30T09:00:00Z', 2 * HOUR, HOLIDAYS, '2026-10-05T02:00:00Z'],
    ['works on a make-up Saturday (调休)', '2026-10-09T09:30:00Z', HOUR, HOLIDAYS, '2026-10-10T01:30:00Z'],
    ['loses the hour that is skipped in spring', '2026-03-08T06:30:00Z', HOUR, NEW_YORK, '2026-03-08T07:30:00Z'],
    ['has the hour that comes twice in autumn twice', '2026-11-01T05:30:00Z', 2 * HOUR, NEW_YORK, '2026-11-01T07:30:00Z'],
    ['counts each day by the hours it had, on both sides of a change', '2026-11-20T09:00:00Z', 2 * HOUR, CHANGING, '2026-11-23T01:00:00Z'],
    ['is not moved by a change that comes after it', '2026-11-20T03:00:00Z', 7 * HOUR, CHANGING, '2026-11-20T10:00:00Z'],
    ['lets a night shift of the old hours end in the new ones', '2026-11-20T14:00:00Z', 9 * HOUR, { ...NIGHT, periods: [{ from: '2026-11-21', week: daily(hour(9, 10)) }] }, '2026-11-21T02:00:00Z'],
    ['lets a special day go before the hours of its period', '2026-11-20T10:00:00Z', HOUR, { ...CHANGING, specialDays: { '2026-11-23': [hour(10, 12)] } }, '2026-11-23T03:00:00Z'],
    ['waits for hours that open years later', '2026-11-20T10:00:00Z', HOUR, { ...OFFICE, week: daily(), periods: [{ from: '2031-01-01', week: daily(hour(9, 18)) }] }, '2031-01-01T02:00:00Z'],
    ['is at once when nothing is to be used up', '2026-11-21T04:00:00Z', 0, OFFICE, '2026-11-21T04:00:00Z'],
  ])('%s', (_name, from, budget, hours, expected) => expect(show(dueAt(hours, at(from), budget))).toBe(expected));

  it('is never when hours stay closed', () => {
    expect(dueAt(CHANGING, at('2026-11-27T08:00:00Z'), SECOND)).toBeNull();
    expect(dueAt({ ...OFFICE, week: daily() }, at('2026-11-20T00:00:00Z'), SECOND)).toBeNull();
    expect(dueAt({ ...OFFICE, week: daily(), specialDays: { '2026-11-23': [hour(9, 10)] } }, at('2026-11-20T00:00:00Z'), 2 * HOUR)).toBeNull();
  });

  it('counts a year of office hours', () => {
    expect(show(dueAt(OFFICE, at('2026-01-01T01:00:00Z'), 261 * 9 * HOUR))).toBe('2026-12-31T10:00:00Z');
  });
});

describe('workingMs', () => {
  it.each([
    ['a spring day in New York', NEW_YORK, '2026-03-08T05:00:00Z', '2026-03-09T04:00:00Z', 2 * HOUR],
    ['an autumn day in New York', NEW_YORK, '2026-11-01T04:00:00Z', '2026-11-02T05:00:00Z', 4 * HOUR],
    ['a day that Samoa left out', { timeZone: 'Pacific/Apia', week: daily(hour(0, 24)), specialDays: {} }, '2011-12-29T10:00:00Z', '2011-12-31T10:00:00Z', 2 * DAY],
    ['no time at all', OFFICE, '2026-11-20T05:00:00Z', '2026-11-20T05:00:00Z', 0],
  ] as const)('of %s', (_name, hours, from, to, expected) => expect(workingMs(hours, at(from), at(to))).toBe(expected));

  it('counts nothing twice where a night shift meets the early shift of the next day', () => {
    const hours: BusinessHours = { timeZone: 'UTC', week: daily(hour(5, 10), hour(22, 30)), specialDays: {} };
    expect(workingMs(hours, at('2026-11-20T22:00:00Z'), at('2026-11-21T10:00:00Z'))).toBe(12 * HOUR);
  });
});

describe('openStretches', () => {
  it('are whole where hours never close, however long', () => {
    expect(openStretches(ALWAYS, at('2026-01-01T00:00:00Z'), at('2026-12-31T00:00:00Z'))).toEqual([{ from: at('2026-01-01T00:00:00Z'), to: at('2026-12-31T00:00:00Z') }]);
  });

  it('join the evening with the morning after', () => {
    const hours: BusinessHours = { timeZone: 'UTC', week: daily(hour(18, 24), hour(0, 6)), specialDays: {} };
    expect(openStretches(hours, at('2026-11-20T12:00:00Z'), at('2026-11-21T12:00:00Z'))).toEqual([{ from: at('2026-11-20T18:00:00Z'), to: at('2026-11-21T06:00:00Z') }]);
  });
});

describe('nextChange', () => {
  it.each([
    ['closes in the evening', '2026-11-20T03:00:00Z', OFFICE, '2026-11-20T10:00:00Z'],
    ['opens after the weekend', '2026-11-20T10:00:00Z', OFFICE, '2026-11-23T01:00:00Z'],
    ['never where hours never close', '2026-11-20T10:00:00Z', ALWAYS, null],
    ['in three years less a day', '2026-11-20T00:00:00Z', { ...ALWAYS, periods: [{ from: '2029-11-19', week: daily() }] }, '2029-11-19T00:00:00Z'],
    ['never as far as it looks, three years and four days', '2026-11-20T00:00:00Z', { ...ALWAYS, periods: [{ from: '2029-12-30', week: daily() }] }, null],
    ['never where hours never open', '2026-11-20T10:00:00Z', { ...OFFICE, week: daily() }, null],
  ])('%s', (_name, from, hours, expected) => expect(show(nextChange(hours, at(from)))).toBe(expected));
});

/** The slow reference: asks the clocks of the zone, second by second, what they show. It shares nothing with the code above. */
function slowlyOpen(hours: BusinessHours, instant: number, format: Intl.DateTimeFormat): boolean {
  const { weekday, year, month, day, hour: h, minute } = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  const of = (date: string, name: string) => {
    let week = hours.week;
    for (const period of hours.periods ?? []) if (date >= period.from) week = period.week;
    return hours.specialDays[date] ?? week[['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(name)]!;
  };
  const shown = Number(h) * 60 + Number(minute);
  const today = of(`${year}-${month}-${day}`, weekday!);
  const before = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day) - 1));
  const yesterday = of(before.toISOString().slice(0, 10), before.toUTCString().slice(0, 3));
  return today.some(({ from, to }) => from <= shown && shown < to) || yesterday.some(({ from, to }) => from <= shown + 1440 && shown + 1440 < to);
}

const interval = fc.tuple(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 1, max: 1440 })).map(([from, length]) => ({ from, to: from + length }));
const intervals = fc.array(interval, { maxLength: 3 });
/** Instants around changes of the clocks, where arithmetic goes wrong first. */
const EDGES: readonly (readonly [string, string])[] = [
  ['Asia/Shanghai', '2026-10-01T00:00:00Z'], ['America/New_York', '2026-03-08T07:00:00Z'], ['America/New_York', '2026-11-01T06:00:00Z'], ['Europe/London', '2026-10-25T01:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'], ['America/Santiago', '2026-09-06T04:00:00Z'], ['Asia/Kathmandu', '2026-11-23T00:00:00Z'], ['Africa/Casablanca', '2026-02-15T02:00:00Z'],
];

it('agrees with clocks that are read minute by minute, for any hours in any zone', () => {
  const cases = fc.record({ edge: fc.constantFrom(...EDGES), week: fc.array(intervals, { minLength: 7, maxLength: 7 }), special: fc.array(fc.tuple(fc.integer({ min: -2, max: 2 }), intervals), { maxLength: 3 }), changes: fc.uniqueArray(fc.tuple(fc.integer({ min: -2, max: 2 }), fc.array(intervals, { minLength: 7, maxLength: 7 })), { maxLength: 3, selector: ([offset]) => offset }), before: fc.integer({ min: 0, max: 1_440 }), asked: fc.array(fc.integer({ min: 0, max: 2_159 }), { maxLength: 12 }) });
  fc.assert(fc.property(cases, ({ edge: [timeZone, edge], week, special, changes, before, asked }) => {
    const dayAt = (offset: number) => new Date(at(edge) + offset * DAY).toISOString().slice(0, 10);
    const specialDays = Object.fromEntries(special.map(([offset, open]) => [dayAt(offset), open]));
    const periods = [...changes].sort(([a], [b]) => a - b).map(([offset, later]) => ({ from: dayAt(offset), week: later }));
    const hours: BusinessHours = { timeZone, week, periods, specialDays };
    const format = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', weekday: 'short', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' });
    const from = at(edge) - before * MINUTE;
    let used = 0;
    const shown: boolean[] = [];
    for (let instant = from; instant < from + 1.5 * DAY; instant += MINUTE) {
      const isOpen = slowlyOpen(hours, instant, format);
      if (isOpenAt(hours, instant) !== isOpen) throw new Error(`${show(instant)} should be ${isOpen ? 'open' : 'closed'}`);
      shown.push(isOpen);
      if (isOpen) used += MINUTE;
    }
    expect(workingMs(hours, from, from + 1.5 * DAY)).toBe(used);
    for (const minute of asked) {
      const changed = shown.findIndex((isOpen, place) => place > minute && isOpen !== shown[minute]);
      // In any order, what was asked before must not matter; and a change after all that was looked at is not known here.
      const next = nextChange(hours, from + minute * MINUTE);
      if (changed !== -1) expect(next).toBe(from + changed * MINUTE);
      expect(next).toBe(nextChange({ ...hours }, from + minute * MINUTE));
    }
    if (used > 0) {
      const due = dueAt(hours, from, used)!;
      expect([workingMs(hours, from, due), workingMs(hours, from, due - 1)]).toEqual([used, used - 1]);
    }
  }), { numRuns: 25 });
});
