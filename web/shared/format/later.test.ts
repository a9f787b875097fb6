import { describe, expect, it } from 'vitest';
import { laterFault, laterTimes } from './later.ts';

const at = (iso: string) => Date.parse(iso);
const iso = (instant: number | null) => (instant === null ? null : new Date(instant).toISOString());

describe('laterTimes', () => {
  it.each([
    ['on a Wednesday', '2026-11-25T02:00Z', 'Asia/Shanghai', '2026-11-26T01:00:00.000Z', '2026-11-30T01:00:00.000Z'],
    ['on a Monday: the next one, not this', '2026-11-23T02:00Z', 'Asia/Shanghai', '2026-11-24T01:00:00.000Z', '2026-11-30T01:00:00.000Z'],
    ['on a Sunday: tomorrow is that Monday', '2026-11-22T02:00Z', 'Asia/Shanghai', '2026-11-23T01:00:00.000Z', null],
    ['after midnight there while here it is still the day before', '2026-11-24T17:00Z', 'Asia/Shanghai', '2026-11-26T01:00:00.000Z', '2026-11-30T01:00:00.000Z'],
    ['over the end of a year', '2026-12-31T12:00Z', 'Europe/Berlin', '2027-01-01T08:00:00.000Z', '2027-01-04T08:00:00.000Z'],
    ['over the night in which clocks go back', '2026-10-24T12:00Z', 'Europe/Berlin', '2026-10-25T08:00:00.000Z', '2026-10-26T08:00:00.000Z'],
  ])('%s', (_name, now, timeZone, tomorrow, monday) => {
    const times = laterTimes(at(now), timeZone);
    expect([iso(times.hour), iso(times.tomorrow), iso(times.monday)]).toEqual([iso(at(now) + 3_600_000), tomorrow, monday]);
  });
});

describe('laterFault', () => {
  const now = at('2026-11-23T02:00Z');
  it.each([
    ['nothing whole', null, 'unclear'],
    ['now', now, 'past'],
    ['a moment later', now + 1, null],
    ['30 days', now + 30 * 86_400_000, null],
    ['more than 30 days', now + 30 * 86_400_000 + 1, 'far'],
  ])('%s', (_name, instant, fault) => {
    expect(laterFault(instant, now)).toBe(fault);
  });
});
