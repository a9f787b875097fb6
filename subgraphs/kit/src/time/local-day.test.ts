import { describe, expect, it } from 'vitest';
import { addDays, dayStart, isDay, localDay } from './local-day.ts';

describe('localDay', () => {
  it.each([
    ['the last millisecond of a day in Shanghai', '2026-11-23T15:59:59.999Z', 'Asia/Shanghai', '2026-11-23'],
    ['the first millisecond of the next', '2026-11-23T16:00:00.000Z', 'Asia/Shanghai', '2026-11-24'],
    ['a zone behind UTC', '2026-11-23T04:59:59.999Z', 'America/New_York', '2026-11-22'],
  ])('tells %s', (_name, at, zone, day) => expect(localDay(Date.parse(at), zone)).toBe(day));
});

describe('dayStart', () => {
  it.each([
    ['an ordinary day', '2026-11-23', 'Asia/Shanghai', '2026-11-22T16:00:00Z'],
    ['the day clocks go forward', '2026-03-08', 'America/New_York', '2026-03-08T05:00:00Z'],
    ['the day after, an hour earlier in UTC', '2026-03-09', 'America/New_York', '2026-03-09T04:00:00Z'],
    ['a day whose midnight is skipped', '2026-09-06', 'America/Santiago', '2026-09-06T04:00:00Z'],
    ['a zone of half hours', '2026-11-23', 'Asia/Kolkata', '2026-11-22T18:30:00Z'],
    ['a zone of quarter hours', '2026-11-23', 'Asia/Kathmandu', '2026-11-22T18:15:00Z'],
    ['a day the zone never had', '2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00Z'],
  ])('finds the start of %s', (_name, day, zone, start) => expect(dayStart(day, zone)).toBe(Date.parse(start)));
});

it('counts days over the end of months and years', () => {
  expect([addDays('2026-12-31', 1), addDays('2028-02-28', 1), addDays('2026-03-01', -1)]).toEqual(['2027-01-01', '2028-02-29', '2026-02-28']);
});

it.each([['2026-02-28', true], ['2026-02-30', false], ['2026-2-3', false], ['2026-11-23T00', false]])('%s is a day: %s', (text, expected) => {
  expect(isDay(text)).toBe(expected);
});
