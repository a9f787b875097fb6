import { describe, expect, it } from 'vitest';
import { Limit } from './limit.ts';

/** A system that finishes so many operations a second, whatever is asked of it; more at a time only wait longer. */
function run(limit: Limit, clock: { now: number }, perSecond: number, seconds: number, floorMs = 5): number[] {
  const values: number[] = [];
  for (const end = clock.now + seconds * 1_000; clock.now < end;) {
    clock.now += 1_000 / perSecond;
    limit.reached();
    limit.learn('send', Math.max(floorMs, (limit.value * 1_000) / perSecond));
    values.push(limit.value);
  }
  return values;
}

function fresh() {
  const clock = { now: 0 };
  return { clock, limit: new Limit(() => clock.now) };
}

describe('Limit', () => {
  it('rises while operations are as fast as ever, and only when it is used', () => {
    const { clock, limit } = fresh();
    for (let n = 0; n < 1_000; n += 1) {
      clock.now += 10;
      limit.learn('send', 5);
    }
    expect(limit.value).toBe(64);
    for (let n = 0; n < 100; n += 1) {
      clock.now += 10;
      limit.reached();
      limit.learn('send', 5);
    }
    expect(limit.value).toBeGreaterThan(100);
  });

  it.each([[500], [2_000], [8_000]])('settles where %d a second wait some 50 ms longer than the best', (perSecond) => {
    const { clock, limit } = fresh();
    limit.learn('send', 5);
    const last = run(limit, clock, perSecond, 30).slice(-perSecond * 5);
    const mean = last.reduce((sum, one) => sum + one, 0) / last.length;
    const waitMs = (mean * 1_000) / perSecond;
    expect(waitMs).toBeGreaterThan(35);
    expect(waitMs).toBeLessThan(75);
  });

  it('takes itself back within two seconds when the system becomes four times slower', () => {
    const { clock, limit } = fresh();
    limit.learn('send', 5);
    run(limit, clock, 4_000, 20);
    const before = limit.value;
    run(limit, clock, 1_000, 2);
    expect(limit.value).toBeLessThan(before / 2);
  });

  it('does not take slow operations for a queue while there is room', () => {
    const { clock, limit } = fresh();
    limit.learn('report', 10);
    for (let n = 0; n < 100; n += 1) {
      clock.now += 50;
      limit.learn('report', 2_000);
    }
    expect(limit.value).toBe(64);
  });

  it('does not forget in a minute of overload how fast it was', () => {
    const { clock, limit } = fresh();
    limit.learn('send', 5);
    run(limit, clock, 1_000, 60);
    expect((limit.value * 1_000) / 1_000).toBeLessThan(170);
  });

  it('stays between its bounds', () => {
    const { clock, limit } = fresh();
    limit.learn('send', 1);
    run(limit, clock, 10, 30);
    expect(limit.value).toBe(32);
    const narrow = new Limit(() => clock.now, 8);
    run(narrow, clock, 1_000, 5);
    expect(narrow.value).toBe(8);
  });
});
