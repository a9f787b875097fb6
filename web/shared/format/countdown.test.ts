import { describe, expect, it } from 'vitest';
import { countdown, type ClockFacts } from './countdown.ts';

const READ_AT = Date.parse('2026-11-23T02:00:00.000Z');
const at = (seconds: number) => READ_AT + seconds * 1_000;
const clock = (facts: Partial<ClockFacts> = {}): ClockFacts => ({ state: 'RUNNING', budgetSeconds: 900, remainingSeconds: 600, ...facts });
const read = (facts: Partial<ClockFacts>, seconds: number) => {
  const { look, seconds: left } = countdown(clock(facts), READ_AT, at(seconds));
  return [look, left];
};

describe('countdown', () => {
  it.each<[string, Partial<ClockFacts>, number, string, number]>([
    ['stands where it was read', {}, 0, 'running', 600],
    ['runs down by the second', {}, 61, 'running', 539],
    ['shows a begun second as gone, as the server does', {}, 0.2, 'running', 599],
    ['is not yet at risk above a fifth', {}, 419, 'running', 181],
    ['is at risk from a fifth on', {}, 420, 'risk', 180],
    ['is at risk from 15 minutes on when an hour was promised', { budgetSeconds: 3_600, remainingSeconds: 901 }, 1, 'risk', 900],
    ['is not at risk by 15 minutes when less than an hour was promised', { budgetSeconds: 3_599, remainingSeconds: 900 }, 0, 'running', 900],
    ['is in time to the second', {}, 600, 'risk', 0],
    ['is missed from the first second over', {}, 601, 'breached', 1],
    ['counts on what is over', { state: 'BREACHED', remainingSeconds: -134 }, 60, 'breached', 194],
    ['stands still when over and ended', { state: 'BREACHED', remainingSeconds: -134, endedAt: '2026-11-23T01:59:00.000Z' }, 60, 'missed', 134],
    ['stands still while paused', { state: 'PAUSED', pauseReason: 'WAITING_FOR_CUSTOMER' }, 3_600, 'paused', 600],
    ['stands still when met', { state: 'MET', endedAt: '2026-11-23T01:59:00.000Z' }, 3_600, 'met', 600],
    ['pauses when hours close', { ticksUntil: '2026-11-23T02:01:00.000Z' }, 3_600, 'paused', 540],
    ['runs to the second before hours close', { ticksUntil: '2026-11-23T02:01:00.000Z' }, 59, 'running', 541],
    ['never runs backwards when the device is behind', {}, -5, 'running', 600],
  ])('%s', (_name, facts, seconds, look, left) => {
    expect(read(facts, seconds)).toEqual([look, left]);
  });

  it('says why it stands still, also when hours closed since it was read', () => {
    expect(countdown(clock({ state: 'PAUSED', pauseReason: 'ON_HOLD' }), READ_AT, at(0)).pauseReason).toBe('ON_HOLD');
    expect(countdown(clock({ ticksUntil: '2026-11-23T02:01:00.000Z' }), READ_AT, at(60)).pauseReason).toBe('CLOSED_HOURS');
    expect(countdown(clock(), READ_AT, at(60)).pauseReason).toBeNull();
  });

  it('gives the share that is left, never below nothing', () => {
    expect(countdown(clock({ remainingSeconds: 450 }), READ_AT, at(0)).share).toBe(0.5);
    expect(countdown(clock({ remainingSeconds: -5 }), READ_AT, at(0)).share).toBe(0);
  });
});
