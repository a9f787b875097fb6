import { describe, expect, it } from 'vitest';
import { dayName, dayOf, duration, fullDuration, listTime, span } from './time.ts';

const zh = { locale: 'zh-CN', timeZone: 'Asia/Shanghai' };
const now = Date.parse('2026-11-23T06:26:00Z');

describe('listTime', () => {
  it.each([
    ['a moment ago', '2026-11-23T06:25:30Z', '刚刚'],
    ['59 minutes', '2026-11-23T05:27:00Z', '59分'],
    ['an hour', '2026-11-23T05:26:00Z', '13:26'],
    ['yesterday by the zone', '2026-11-22T15:59:00Z', '11月22日'],
    ['today by the zone', '2026-11-22T16:01:00Z', '00:01'],
    ['another year', '2024-03-18T04:00:00Z', '2024年3月18日'],
  ])('writes %s', (_name, at, expected) => {
    expect(listTime(at, now, zh)).toBe(expected);
  });
});

it('names days in the zone of the organisation', () => {
  expect(dayOf('2026-11-22T16:00:00Z', zh)).toBe('2026-11-23');
  expect(dayName('2026-11-03T04:00:00Z', now, { ...zh, locale: 'en' })).toBe('3 Nov');
});

it.each([[0, '00:00'], [3_599, '59:59'], [3_600, '1:00'], [86_399, '23:59'], [86_400 * 2 + 3_600 * 3, '2天3小时']])('writes %i seconds as %s', (seconds, expected) => {
  expect(duration(seconds, 'zh-CN')).toBe(expected);
});

it.each([[2_538, '42:18'], [13_338, '3:42:18'], [90_000, '1天1小时']])('writes %i seconds of the big clock as %s', (seconds, expected) => {
  expect(fullDuration(seconds, 'zh-CN')).toBe(expected);
});

it.each([
  [0, '0秒', '0 s'], [59, '59秒', '59 s'], [900, '15分钟', '15 min'], [1_034, '17分14秒', '17 min 14 s'], [14_400, '4小时', '4 h'], [13_338, '3小时42分', '3 h 42 min'], [259_200, '3天', '3 d'], [266_400, '3天2小时', '3 d 2 h'],
])('says %i seconds as %s', (seconds, zhText, enText) => {
  expect([span(seconds, 'zh-CN'), span(seconds, 'en')]).toEqual([zhText, enText]);
});
