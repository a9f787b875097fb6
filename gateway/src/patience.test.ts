import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Patience } from './patience.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function patience() {
  const calls: string[] = [];
  return { calls, subject: new Patience({ pause: () => calls.push('pause'), resume: () => calls.push('resume') }) };
}
const refuse = (subject: Patience, times: number, retryAfterMs = 400) => {
  for (let n = 0; n < times; n += 1) subject.refused(retryAfterMs);
};

describe('Patience', () => {
  it('reads on after a refusal, and stops for most of the time that was told when they go on', () => {
    const { calls, subject } = patience();
    refuse(subject, 1);
    expect(calls).toEqual([]);
    refuse(subject, 20);
    expect(calls).toEqual(['pause']);
    vi.advanceTimersByTime(319);
    expect(calls).toEqual(['pause']);
    vi.advanceTimersByTime(1);
    expect(calls).toEqual(['pause', 'resume']);
  });

  it('waits no longer than a second, so that pongs are not missed', () => {
    const { calls, subject } = patience();
    refuse(subject, 4, 10_000);
    vi.advanceTimersByTime(1_000);
    expect(calls).toEqual(['pause', 'resume']);
  });

  it('knows what has gathered meanwhile from what comes after it', () => {
    const { subject } = patience();
    refuse(subject, 4);
    expect(subject.isStale).toBe(false);
    vi.advanceTimersByTime(320);
    expect(subject.isStale).toBe(true);
    refuse(subject, 20);
    vi.runAllTimers();
    expect(subject.isStale).toBe(false);
  });

  it('begins to count anew with what was let in', () => {
    const { calls, subject } = patience();
    for (let n = 0; n < 5; n += 1) {
      refuse(subject, 1);
      subject.admitted();
    }
    expect(calls).toEqual([]);
  });

  it('does not touch a socket that has ended', () => {
    const { calls, subject } = patience();
    refuse(subject, 4);
    subject.close();
    vi.advanceTimersByTime(5_000);
    expect(calls).toEqual(['pause']);
  });
});
