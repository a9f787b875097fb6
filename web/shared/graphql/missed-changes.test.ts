import { describe, expect, it } from 'vitest';
import { missedChanges } from './missed-changes.ts';

describe('missedChanges', () => {
  it('are those between two lines: live ones were told', () => {
    const missed = missedChanges(4);
    missed.opened();
    expect(missed.hears(4)).toBe(false);
    expect(missed.hears(5)).toBe(false);
    missed.opened();
    expect(missed.hears(5)).toBe(false);
    missed.opened();
    expect(missed.hears(6)).toBe(true);
    expect(missed.hears(7)).toBe(false);
  });

  it('are those since what was kept was read, and none when the stream brings everything', () => {
    expect(missedChanges(4).hears(5)).toBe(true);
    expect(missedChanges(null).hears(5)).toBe(false);
  });

  it('are asked for again when reading them failed', () => {
    const missed = missedChanges(4);
    expect(missed.hears(5)).toBe(true);
    missed.failed();
    expect(missed.hears(5)).toBe(false);
    missed.opened();
    expect(missed.hears(5)).toBe(true);
  });
});
