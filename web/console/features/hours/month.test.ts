import { describe, expect, it } from 'vitest';
import { joinDays, monthOf, shiftMonth, type SpecialDay, type Week } from './month.ts';

const NINE = [{ from: '09:00', to: '18:00' }];
const WEEK: Week = [NINE, NINE, NINE, NINE, NINE, [], []];
const holiday = (date: string): SpecialDay => ({ date, name: '国庆节', kind: 'HOLIDAY', intervals: [] });

describe('a month of business hours', () => {
  it('begins on Monday and holds every day once', () => {
    const rows = monthOf('2026-02', WEEK, []);
    expect(rows.every((row) => row.length === 7)).toBe(true);
    expect(rows[0]!.map((cell) => cell?.day ?? null)).toEqual([null, null, null, null, null, null, 1]);
    expect(rows.flat().filter(Boolean)).toHaveLength(28);
  });

  it('knows the 29th of February of a leap year', () => {
    expect(monthOf('2028-02', WEEK, []).flat().at(1)).toMatchObject({ date: '2028-02-01' });
    expect(monthOf('2028-02', WEEK, []).flat().filter(Boolean)).toHaveLength(29);
  });

  it('shows a holiday closed and a make-up workday open, whatever the weekday says', () => {
    const days = monthOf('2026-10', WEEK, [holiday('2026-10-01'), { date: '2026-10-10', name: '国庆节调休', kind: 'MAKE_UP_WORKDAY', intervals: NINE }]).flat();
    expect(days.find((day) => day?.date === '2026-10-01')).toMatchObject({ kind: 'HOLIDAY', intervals: [] });
    expect(days.find((day) => day?.date === '2026-10-10')).toMatchObject({ kind: 'MAKE_UP_WORKDAY', intervals: NINE });
    expect(days.find((day) => day?.date === '2026-10-09')).toMatchObject({ kind: null, intervals: NINE });
  });

  it('shows each day by the hours that count on it', () => {
    const early = [{ from: '08:00', to: '16:00' }];
    const days = monthOf('2026-11', WEEK, [], [{ from: '2026-11-18', week: [early, early, early, early, early, [], []] }]).flat();
    expect(days.find((day) => day?.date === '2026-11-17')).toMatchObject({ intervals: NINE });
    expect(days.find((day) => day?.date === '2026-11-18')).toMatchObject({ intervals: early });
  });

  it.each([['2026-12', 1, '2027-01'], ['2026-01', -1, '2025-12'], ['2026-11', 1, '2026-12']])('moves from %s by %i to %s', (from, step, to) => {
    expect(shiftMonth(from, step)).toBe(to);
  });

  it('lets a day that was found take the place of one there was, in the order of dates', () => {
    const renamed = { ...holiday('2026-10-01'), name: '国庆' };
    expect(joinDays([holiday('2026-10-02'), holiday('2026-10-01')], [renamed])).toEqual([renamed, holiday('2026-10-02')]);
  });
});
