import { describe, expect, it } from 'vitest';
import { daySpans } from './day-range.rules.ts';

const hours = (range: Parameters<typeof daySpans>[0]) => daySpans(range, 'Asia/Shanghai').map(({ day, start, end }) => [day, (end - start) / 3_600_000]);

describe('daySpans', () => {
  it.each([
    ['in the organisation’s zone', { from: '2026-11-22', to: '2026-11-23' }, [['2026-11-22', 24], ['2026-11-23', 24]]],
    ['when clocks go forward', { from: '2026-03-07', to: '2026-03-09', timeZone: 'America/New_York' }, [['2026-03-07', 24], ['2026-03-08', 23], ['2026-03-09', 24]]],
    ['when clocks go back', { from: '2026-11-01', to: '2026-11-01', timeZone: 'America/New_York' }, [['2026-11-01', 25]]],
    ['that begin at one o’clock', { from: '2026-09-05', to: '2026-09-06', timeZone: 'America/Santiago' }, [['2026-09-05', 24], ['2026-09-06', 23]]],
  ])('gives days %s', (_name, range, expected) => expect(hours(range)).toEqual(expected));

  it('joins days without a gap', () => {
    const spans = daySpans({ from: '2026-01-01', to: '2026-12-31', timeZone: 'Europe/Berlin' }, 'UTC');
    expect(spans.every((span, index) => index === 0 || span.start === spans[index - 1]!.end)).toBe(true);
    expect(spans).toHaveLength(365);
  });

  it.each([
    ['400 days after', { from: '2026-01-01', to: '2027-02-05' }, true], ['401 days after', { from: '2026-01-01', to: '2027-02-06' }, false],
    ['turned round', { from: '2026-01-02', to: '2026-01-01' }, false], ['an unknown zone', { from: '2026-01-01', to: '2026-01-01', timeZone: 'Mars/Base' }, false],
  ])('takes a range %s: %s', (_name, range, isTaken) => {
    const asked = () => daySpans(range, 'UTC');
    if (isTaken) expect(asked).not.toThrow();
    else expect(asked).toThrow();
  });
});
