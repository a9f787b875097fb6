import { ALWAYS, HOUR, MINUTE, SECOND, type BusinessHours } from '@careline/kit/time';
import { describe, expect, it } from 'vitest';
import { clocksOf, type SlaFact, type SlaTarget, type Terms } from './clock.rules.ts';
import { intervalsOf, readClock, whenUsed } from './reading.rules.ts';

const T0 = Date.parse('2026-11-20T09:00:00Z'); // Friday, 17:00 in Shanghai
const OFFICE: BusinessHours = { timeZone: 'Asia/Shanghai', week: Array.from({ length: 7 }, (_, day) => (day < 5 ? [{ from: 540, to: 1080 }] : [])), specialDays: {} };
const terms = (more: Partial<Terms> = {}): Terms => ({ policy: 'p0', budgets: { FIRST_RESPONSE: 15 * MINUTE, RESOLUTION: 4 * HOUR }, pauseStates: ['PENDING', 'ON_HOLD'], hours: ALWAYS, ...more });

/** Facts by minutes after the beginning, e.g. `[10, 'REPLIED']` or `[20, 'STATE', 'PENDING']`. */
type Said = readonly [minutes: number, kind: SlaFact['kind'], value?: unknown];
function life(...said: Said[]): SlaFact[] {
  return said.map(([minutes, kind, value], index) => ({ seq: index + 1, at: T0 + minutes * MINUTE, kind, ...(kind === 'STATE' ? { state: value } : kind === 'TERMS' ? { terms: value } : kind === 'CREATED' ? { state: 'NEW', terms: value ?? terms() } : kind === 'UNDONE' ? { seqs: value } : kind === 'JOINED' ? { starts: value } : {}) }) as SlaFact);
}
const clockOf = (facts: readonly SlaFact[], target: SlaTarget) => clocksOf(facts).filter((clock) => clock.target === target).at(-1)!;
const read = (facts: readonly SlaFact[], target: SlaTarget, minutes: number) => readClock(clockOf(facts, target), T0 + minutes * MINUTE);
const minutesOf = (instant: number | null) => (instant === null ? null : (instant - T0) / MINUTE);

describe('the clock of the first response', () => {
  const at = (ms: number) => life([0, 'CREATED'], [ms / MINUTE, 'REPLIED']);
  it.each([
    ['one second early is met', 15 * MINUTE - SECOND, 'MET'],
    ['at the deadline is met', 15 * MINUTE, 'MET'],
    ['one millisecond late is missed', 15 * MINUTE + 1, 'BREACHED'],
    ['one second late is missed', 15 * MINUTE + SECOND, 'BREACHED'],
  ])('answered %s', (_name, ms, state) => expect(read(at(ms), 'FIRST_RESPONSE', 1_000).state).toBe(state));

  it('is missed from the first millisecond after the deadline on, and says since when', () => {
    const clock = clockOf(life([0, 'CREATED']), 'FIRST_RESPONSE');
    expect(readClock(clock, T0 + 15 * MINUTE)).toMatchObject({ state: 'RUNNING', breachedAt: null, remainingMs: 0 });
    expect(readClock(clock, T0 + 15 * MINUTE + 1)).toMatchObject({ state: 'BREACHED', breachedAt: T0 + 15 * MINUTE, remainingMs: -1 });
  });

  it('does not heed the customer, and ends with the solution when nobody replied', () => {
    expect(read(life([0, 'CREATED'], [5, 'ASKED']), 'FIRST_RESPONSE', 10).state).toBe('RUNNING');
    expect(read(life([0, 'CREATED'], [5, 'STATE', 'SOLVED']), 'FIRST_RESPONSE', 60).state).toBe('MET');
  });

  it('stands still outside the hours', () => {
    const facts = life([0, 'CREATED', terms({ hours: OFFICE, budgets: { FIRST_RESPONSE: 2 * HOUR } })]);
    expect(read(facts, 'FIRST_RESPONSE', 30)).toMatchObject({ state: 'RUNNING', ticksUntil: T0 + HOUR, dueAt: Date.parse('2026-11-23T02:00:00Z') });
    expect(read(facts, 'FIRST_RESPONSE', 90)).toMatchObject({ state: 'PAUSED', pauseReason: 'CLOSED_HOURS', usedMs: HOUR, ticksUntil: null });
  });

  it('missed at closing time is missed, although no working time passed until the answer', () => {
    const facts = [...life([0, 'CREATED', terms({ hours: OFFICE, budgets: { FIRST_RESPONSE: HOUR } })]), { seq: 2, at: T0 + 3 * HOUR, kind: 'REPLIED' as const }];
    expect(read(facts, 'FIRST_RESPONSE', 200)).toMatchObject({ state: 'BREACHED', usedMs: HOUR, breachedAt: T0 + HOUR });
  });
});

describe('the clock of the resolution', () => {
  it('stands still while the customer is asked, and its deadline moves along', () => {
    const facts = life([0, 'CREATED'], [60, 'STATE', 'PENDING']);
    expect(read(facts, 'RESOLUTION', 90)).toMatchObject({ state: 'PAUSED', pauseReason: 'WAITING_FOR_CUSTOMER', usedMs: HOUR, dueAt: T0 + 90 * MINUTE + 3 * HOUR });
    const resumed = [...facts, { seq: 3, at: T0 + 120 * MINUTE, kind: 'STATE' as const, state: 'OPEN' as const }];
    expect(minutesOf(read(resumed, 'RESOLUTION', 130).dueAt)).toBe(300);
  });

  it('missed before it was paused stays missed', () => {
    expect(read(life([0, 'CREATED'], [241, 'STATE', 'PENDING']), 'RESOLUTION', 500)).toMatchObject({ state: 'BREACHED', breachedAt: T0 + 4 * HOUR });
  });

  it('goes on where it stood when the ticket is opened again', () => {
    const facts = life([0, 'CREATED'], [60, 'STATE', 'SOLVED'], [600, 'STATE', 'OPEN']);
    expect(read(facts.slice(0, 2), 'RESOLUTION', 500).state).toBe('MET');
    expect(read(facts, 'RESOLUTION', 610)).toMatchObject({ state: 'RUNNING', usedMs: 70 * MINUTE });
    expect(clocksOf(facts).filter(({ target }) => target === 'RESOLUTION')).toHaveLength(1);
  });

  it('counts anew from its start under other terms, and what ended keeps its verdict', () => {
    const urgent = terms({ policy: 'p0', budgets: { FIRST_RESPONSE: MINUTE, RESOLUTION: HOUR } });
    const facts = life([0, 'CREATED'], [5, 'REPLIED'], [30, 'TERMS', urgent]);
    expect(read(facts, 'FIRST_RESPONSE', 40).state).toBe('MET');
    expect(minutesOf(read(facts, 'RESOLUTION', 40).dueAt)).toBe(60);
  });

  it('is gone when no terms promise it any more', () => {
    expect(clocksOf(life([0, 'CREATED'], [5, 'TERMS', null]))).toEqual([]);
  });

  it('stands still while merged into another ticket', () => {
    expect(read(life([0, 'CREATED'], [10, 'MERGED']), 'RESOLUTION', 60)).toMatchObject({ state: 'PAUSED', pauseReason: 'MERGED', usedMs: 10 * MINUTE });
    expect(read(life([0, 'CREATED'], [10, 'MERGED'], [20, 'UNMERGED']), 'RESOLUTION', 60)).toMatchObject({ state: 'RUNNING', usedMs: 50 * MINUTE });
  });

  it('waits for the ticket that took it in, whatever it waited for before, and for that again once they are parted', () => {
    const facts = life([0, 'CREATED'], [5, 'STATE', 'PENDING'], [10, 'MERGED'], [20, 'UNMERGED'], [30, 'MERGED'], [40, 'UNMERGED'], [50, 'STATE', 'OPEN']);
    expect(intervalsOf(clockOf(facts, 'RESOLUTION'), T0 + HOUR).map(({ from, to, pauseReason, entrySeq }) => [minutesOf(from), minutesOf(to), pauseReason, entrySeq])).toEqual([
      [0, 5, null, 1], [5, 10, 'WAITING_FOR_CUSTOMER', 2], [10, 20, 'MERGED', 3], [20, 30, 'WAITING_FOR_CUSTOMER', 2], [30, 40, 'MERGED', 5], [40, 50, 'WAITING_FOR_CUSTOMER', 2], [50, 60, null, null],
    ]);
    expect(read(facts.slice(0, 3), 'RESOLUTION', 60)).toMatchObject({ state: 'PAUSED', pauseReason: 'MERGED', usedMs: 5 * MINUTE });
  });
});

describe('clocks that begin again', () => {
  const both = terms({ budgets: { NEXT_RESPONSE: 10 * MINUTE, PERIODIC_UPDATE: HOUR } });
  it('run from the first word that nobody answered', () => {
    const facts = life([0, 'CREATED', both], [5, 'REPLIED'], [20, 'ASKED'], [25, 'ASKED'], [28, 'REPLIED'], [40, 'ASKED']);
    const clocks = clocksOf(facts).filter(({ target }) => target === 'NEXT_RESPONSE');
    expect(clocks.map(({ startedAt, endedAt }) => [minutesOf(startedAt), minutesOf(endedAt)])).toEqual([[20, 28], [40, null]]);
  });
  it('run from one public word to the next', () => {
    const clocks = clocksOf(life([0, 'CREATED', both], [5, 'REPLIED'], [50, 'REPLIED'])).filter(({ target }) => target === 'PERIODIC_UPDATE');
    expect(clocks.map(({ startedAt, endedAt }) => [minutesOf(startedAt), minutesOf(endedAt)])).toEqual([[0, 5], [5, 50], [50, null]]);
  });
});

describe('whenUsed', () => {
  it('tells warnings before and escalations after the deadline in working time', () => {
    const clock = clockOf(life([0, 'CREATED', terms({ hours: OFFICE, budgets: { RESOLUTION: HOUR } })]), 'RESOLUTION');
    expect([whenUsed(clock, 50 * MINUTE, T0), whenUsed(clock, 70 * MINUTE, T0)]).toEqual([T0 + 50 * MINUTE, Date.parse('2026-11-23T01:10:00Z')]);
  });
});

describe('intervalsOf', () => {
  it('covers the whole life without gap or overlap and says why it stood still', () => {
    const facts = life([0, 'CREATED', terms({ hours: OFFICE, budgets: { RESOLUTION: 8 * HOUR } })], [10, 'STATE', 'ON_HOLD'], [20, 'STATE', 'OPEN']);
    const clock = clockOf(facts, 'RESOLUTION');
    const intervals = intervalsOf(clock, Date.parse('2026-11-23T02:00:00Z'));
    expect(intervals.map(({ from, to, pauseReason, entrySeq }) => [minutesOf(from), minutesOf(to), pauseReason, entrySeq])).toEqual([
      [0, 10, null, 1], [10, 20, 'ON_HOLD', 2], [20, 60, null, null], [60, 3_840, 'CLOSED_HOURS', null], [3_840, 3_900, null, null],
    ]);
    const counted = intervals.filter(({ pauseReason }) => pauseReason === null).reduce((sum, { from, to }) => sum + to - from, 0);
    expect(counted).toBe(readClock(clock, Date.parse('2026-11-23T02:00:00Z')).usedMs);
  });
});

describe('what was taken back', () => {
  it('never was, for every clock it had ended or begun', () => {
    const solved = life([0, 'CREATED'], [5, 'STATE', 'SOLVED'], [6, 'UNDONE', [2]]);
    for (const target of ['FIRST_RESPONSE', 'RESOLUTION'] as const) expect(clockOf(solved, target)).toMatchObject({ endedAt: null, pauses: [] });
    expect(read(solved, 'FIRST_RESPONSE', 16).state).toBe('BREACHED');
    expect(clockOf(life([0, 'CREATED'], [5, 'STATE', 'PENDING'], [9, 'UNDONE', [2]]), 'RESOLUTION').pauses).toEqual([]);
  });

  it('was after all, once the taking back is taken back', () => {
    const facts = life([0, 'CREATED'], [5, 'STATE', 'SOLVED'], [6, 'UNDONE', [2]], [7, 'UNDONE', [3]]);
    expect(clockOf(facts, 'RESOLUTION').endedAt).toBe(T0 + 5 * MINUTE);
  });
});

describe('a ticket that another one joins', () => {
  it('has waited since the earlier start of each clock that runs, and keeps the later starts of none', () => {
    const facts = life([0, 'CREATED'], [5, 'JOINED', { FIRST_RESPONSE: T0 - 10 * MINUTE, RESOLUTION: T0 + MINUTE }]);
    expect(clockOf(facts, 'FIRST_RESPONSE')).toMatchObject({ startSeq: 1, startedAt: T0 - 10 * MINUTE });
    expect(read(facts, 'FIRST_RESPONSE', 5).dueAt).toBe(T0 + 5 * MINUTE);
    expect(clockOf(facts, 'RESOLUTION')).toMatchObject({ startSeq: 1, startedAt: T0 });
  });

  it('keeps the verdict of what had ended', () => {
    const facts = life([0, 'CREATED'], [5, 'REPLIED'], [6, 'JOINED', { FIRST_RESPONSE: T0 - HOUR }]);
    expect(read(facts, 'FIRST_RESPONSE', 60)).toMatchObject({ state: 'MET', usedMs: 5 * MINUTE });
  });

  it('waits for what the customer asked there, since it was asked', () => {
    const asked = terms({ budgets: { FIRST_RESPONSE: 15 * MINUTE, NEXT_RESPONSE: HOUR } });
    const facts = life([0, 'CREATED', asked], [5, 'REPLIED'], [30, 'JOINED', { NEXT_RESPONSE: T0 + 10 * MINUTE }]);
    expect(clockOf(facts, 'NEXT_RESPONSE')).toMatchObject({ startSeq: 3, startedAt: T0 + 10 * MINUTE, endedAt: null });
    expect(clockOf([...facts, ...life([0, 'CREATED'], [0, 'CREATED'], [0, 'CREATED'], [40, 'UNDONE', [3]]).slice(3)], 'NEXT_RESPONSE')).toBeUndefined();
  });

  it('counts under other terms from the same earlier start', () => {
    const facts = life([0, 'CREATED'], [5, 'JOINED', { RESOLUTION: T0 - HOUR }], [10, 'TERMS', terms({ budgets: { RESOLUTION: 2 * HOUR } })]);
    expect(read(facts, 'RESOLUTION', 10).dueAt).toBe(T0 + HOUR);
  });
});
