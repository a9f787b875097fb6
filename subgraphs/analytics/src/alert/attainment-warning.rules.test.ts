import { DEFAULT_LIMITS } from '@careline/schema/attainment';
import { describe, expect, it } from 'vitest';
import { ATTAINMENT_WARNINGS, judgeAttainment, wordsOfClearing, wordsOfWarning } from './attainment-warning.rules.ts';

const day = (metCount: number, breachedCount: number, changes: object = {}) => ({ day: '2026-11-23', metCount, breachedCount, ...changes });
const kindOf = (today: ReturnType<typeof day>, onFor: string | null, limits = DEFAULT_LIMITS) => judgeAttainment(today, onFor, limits)?.kind ?? null;

describe('judgeAttainment', () => {
  it.each([
    ['94.9 %', day(949, 51), 'RAISE'], ['exactly 95.0 %', day(950, 50), null], ['95.1 %', day(951, 49), null],
    ['19 of 20', day(19, 1), null], ['18 of 20', day(18, 2), 'RAISE'], ['a hair under, of many', day(949_999, 50_001), 'RAISE'],
    ['19 clocks, all missed', day(0, 19), null], ['20 clocks, all missed', day(0, 20), 'RAISE'], ['nothing at all', day(0, 0), null],
  ])('while it is off, at %s: %s', (_name, today, expected) => expect(kindOf(today, null)).toBe(expected));

  it.each([
    ['at 94.9 %', day(949, 51), null], ['at exactly 95.0 %', day(950, 50), null], ['at 95.4 %', day(954, 46), null], ['at exactly 95.5 %', day(955, 45), 'CLEAR'], ['at 100 %', day(40, 0), 'CLEAR'],
  ])('while it is on, %s: %s', (_name, today, expected) => expect(kindOf(today, '2026-11-23')).toBe(expected));

  it.each([
    ['below its own limit', day(8, 2), null, 'RAISE'], ['at its own limit', day(9, 1), null, null], ['with a smaller sample', day(7, 2), null, null],
    ['short of its own all-clear', day(91, 9), '2026-11-23', null], ['at its own all-clear', day(92, 8), '2026-11-23', 'CLEAR'],
  ])('heeds other limits %s', (_name, today, onFor, expected) => expect(kindOf(today, onFor, { thresholdPerMille: 900, rearmPerMille: 920, sampleMin: 10 })).toBe(expected));

  it('ends with its day, whatever the numbers of the next', () => {
    expect(judgeAttainment(day(0, 50, { day: '2026-11-24' }), '2026-11-23', DEFAULT_LIMITS)).toEqual({ kind: 'CLEAR', because: 'DAY_OVER' });
  });
});

describe('the words of a warning', () => {
  const name = ATTAINMENT_WARNINGS.TICKET;

  it('never round up to the limit it fell below', () => {
    const words = wordsOfWarning({ name, facts: { ...day(94_999, 5_001), cleared: null }, threshold: 0.95 });
    expect(words.en).toContain('94.9%');
    expect(words.zh).toContain('94.9%');
  });

  it('say why it went off', () => {
    expect(wordsOfClearing({ name, facts: { ...day(18, 2), cleared: null } })).toBeNull();
    expect(wordsOfClearing({ name, facts: { ...day(18, 2), cleared: { because: 'RECOVERED', metCount: 955, breachedCount: 45 } } })!.en).toContain('95.5%');
    expect(wordsOfClearing({ name, facts: { ...day(18, 2), cleared: { because: 'DAY_OVER', metCount: 0, breachedCount: 0 } } })!.en).toContain('2026-11-23 is over');
  });

  it.each([['TICKET', /工单/, /of tickets/], ['CONVERSATION', /会话/, /of conversations|about conversations/]] as const)('say whose promises they are about: %s', (subject, zh, en) => {
    const about = { name: ATTAINMENT_WARNINGS[subject], threshold: 0.95, facts: { ...day(18, 2), cleared: { because: 'RECOVERED' as const, metCount: 955, breachedCount: 45 } } };
    for (const words of [wordsOfWarning(about), wordsOfClearing(about)!]) expect([words.zh, words.en]).toEqual([expect.stringMatching(zh), expect.stringMatching(en)]);
  });
});
