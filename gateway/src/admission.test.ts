import { afterEach, describe, expect, it } from 'vitest';
import { Admission, type Place, type Urgency } from './admission.ts';

let admission: Admission;
afterEach(() => admission.close());

const enter = (count: number, urgency: Urgency, sender: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => admission.enter('kind', urgency, sender(n)));
const placesOf = (entries: ReturnType<typeof enter>) => entries.filter((one): one is Place => 'leave' in one);
const each = (n: number) => `sender ${n}`;

describe('admission', () => {
  it('lets in as many as may run and tells the others when to come again', () => {
    admission = new Admission(10);
    const entries = enter(30, 'conversation', each);
    expect(placesOf(entries)).toHaveLength(10);
    const refused = entries.filter((one) => 'code' in one);
    expect(refused.every((one) => one.code === 'UNAVAILABLE' && one.retryAfterMs >= 375 && one.retryAfterMs <= 15_000)).toBe(true);
    placesOf(entries)[0]!.leave(true);
    expect(placesOf(enter(2, 'conversation', each))).toHaveLength(1);
  });

  it('lets a whole transaction of sends in, however far the limit was taken back, and nothing else for it', () => {
    let now = 0;
    admission = new Admission(2_048, () => now);
    // Sends that take ever longer while others are sent away take the limit back to its least.
    for (let turn = 1; turn <= 40; turn += 1) {
      const places = placesOf(enter(600, 'conversation', each));
      now += 100 + turn * 100;
      for (const place of places) place.leave(true);
    }
    expect(placesOf(enter(100, 'bulk', each))).toHaveLength(16);
    expect(placesOf(enter(300, 'conversation', each))).toHaveLength(128 - 16);
    expect(placesOf(enter(100, 'work', each))).toHaveLength(0);
  });

  it('gives a place back once, however often it is left', () => {
    admission = new Admission(2);
    const [first] = placesOf(enter(2, 'conversation', each));
    first!.leave(true);
    first!.leave(true);
    expect(placesOf(enter(2, 'conversation', each))).toHaveLength(1);
  });

  it('keeps room for conversations that have begun: lists stop first, then what begins something', () => {
    admission = new Admission(20);
    expect(placesOf(enter(20, 'bulk', each))).toHaveLength(10);
    expect(placesOf(enter(20, 'work', each))).toHaveLength(5);
    expect(placesOf(enter(20, 'conversation', each))).toHaveLength(5);
  });

  it('lets streams come back although no place is free for anything else, so many at a time', () => {
    admission = new Admission(10);
    enter(30, 'conversation', each);
    const streams = enter(30, 'stream', each);
    expect(placesOf(streams)).toHaveLength(20);
    for (const place of placesOf(streams)) place.leave(true);
    expect(placesOf(enter(20, 'stream', each))).toHaveLength(20);
    expect(placesOf(enter(1, 'conversation', each))).toHaveLength(0);
  });

  it('lets one sender open no more than 256 streams at the same moment', () => {
    admission = new Admission(2_048);
    const streams = enter(300, 'stream', () => 'program');
    expect(placesOf(streams)).toHaveLength(256);
    expect(streams.at(-1)).toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('lets one sender have everything while nobody else asks', () => {
    admission = new Admission(20);
    expect(placesOf(enter(30, 'conversation', () => 'program'))).toHaveLength(20);
  });

  it('does not let a flood of one sender take the places of the others', () => {
    admission = new Admission(64);
    enter(40, 'bulk', each);
    const flood = enter(500, 'conversation', () => 'flood');
    expect(placesOf(flood).length).toBeLessThan(10);
    expect(flood.some((one) => 'code' in one && one.code === 'RATE_LIMITED')).toBe(true);
    expect(placesOf(enter(20, 'conversation', (n) => `other ${n}`))).toHaveLength(20);
  });

  it('asks nobody in a conversation to leave room while fewer than 64 operations run, however low the limit is', () => {
    admission = new Admission(2_048);
    placesOf(enter(20, 'conversation', each));
    expect(placesOf(enter(30, 'conversation', () => 'connector'))).toHaveLength(30);
    expect(placesOf(enter(30, 'work', () => 'program'))).toHaveLength(0);
    expect(placesOf(enter(100, 'conversation', () => 'connector'))).toHaveLength(14);
  });
});
