import { addDays } from './local-day.ts';
import { DAY, MINUTE, type Instant } from './units.ts';
import { offsetPieces } from './zone-offset.ts';

/** An open interval of one local day, in minutes from its midnight; `to` beyond 1440 runs over midnight into the next day. */
export interface OpenMinutes {
  from: number;
  to: number;
}

/** The week of business hours from a local day on. */
export interface HoursPeriod {
  /** First local day it counts for, `2026-11-23`. */
  from: string;
  /** Open intervals of Monday to Sunday. */
  week: readonly (readonly OpenMinutes[])[];
}

/** 工作时间: when clocks run. A value that never changes; a correction is another value. */
export interface BusinessHours {
  /** IANA zone of its days. */
  timeZone: string;
  /** Open intervals of Monday to Sunday, until the first period begins. */
  week: readonly (readonly OpenMinutes[])[];
  /** Weeks that take over from a day on, earliest first; a day before keeps the hours it had. */
  periods?: readonly HoursPeriod[];
  /** Days that differ from their weekday, by local date; an empty list is a closed day. */
  specialDays: Readonly<Record<string, readonly OpenMinutes[]>>;
}

/** A stretch of real time, end exclusive. */
export interface Stretch {
  from: Instant;
  to: Instant;
}

/** Hours that never close. */
export const ALWAYS: BusinessHours = { timeZone: 'UTC', week: Array.from({ length: 7 }, () => [{ from: 0, to: 1440 }]), specialDays: {} };

/** Open time is worked out and remembered for this much at once. */
const CHUNK = 32 * DAY;
/** Clocks stand at most this far from UTC. */
const OFFSET_MAX = 15 * 60 * MINUTE;
/** Hours that stay closed for this long are taken to stay closed for good. */
const CLOSED_FOR_GOOD = 1_100 * DAY;
const CHUNKS_KEPT = 64;

const remembered = new WeakMap<BusinessHours, Map<number, readonly Stretch[]>>();

const dayOf = (at: Instant): string => new Date(at).toISOString().slice(0, 10);

/** Open intervals that begin on the local day: its own, else those its weekday has in the period it lies in. */
export function intervalsOn({ week, periods, specialDays }: BusinessHours, day: string): readonly OpenMinutes[] {
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  return specialDays[day] ?? (periods?.findLast(({ from }) => from <= day)?.week ?? week)[weekday]!;
}

/**
 * When clocks of the zone show a time within the interval of the day.
 *
 * An hour that is skipped is never shown, so it is not there; one that comes twice is open both times.
 */
function stretchesOf(day: string, { from, to }: OpenMinutes, zone: string): Stretch[] {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const [begin, end] = [midnight + from * MINUTE, midnight + to * MINUTE];
  return offsetPieces(begin - OFFSET_MAX, end + OFFSET_MAX, zone)
    .map((piece) => ({ from: Math.max(piece.from, begin - piece.offset), to: Math.min(piece.to, end - piece.offset) }))
    .filter((stretch) => stretch.from < stretch.to);
}

/** Stretches in order, those that touch or overlap made one. */
function joined(stretches: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  for (const { from, to } of [...stretches].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else result.push({ from, to });
  }
  return result;
}

function chunkOf(hours: BusinessHours, index: number): readonly Stretch[] {
  let chunks = remembered.get(hours);
  if (!chunks) remembered.set(hours, (chunks = new Map()));
  const known = chunks.get(index);
  if (known) return known;
  const [begin, end] = [index * CHUNK, (index + 1) * CHUNK];
  const found: Stretch[] = [];
  // An interval may begin up to two local days before the chunk does, and local days lie up to 15 hours off.
  for (let day = dayOf(begin - 3 * DAY); day <= dayOf(end + DAY); day = addDays(day, 1)) {
    for (const interval of intervalsOn(hours, day)) found.push(...stretchesOf(day, interval, hours.timeZone));
  }
  const open = joined(found).filter(({ from, to }) => from < end && to > begin).map(({ from, to }) => ({ from: Math.max(from, begin), to: Math.min(to, end) }));
  if (chunks.size >= CHUNKS_KEPT) chunks.clear();
  chunks.set(index, open);
  return open;
}

/** Open stretches from an instant on, in order and for ever; ends only where hours stay closed for good. */
function* openFrom(hours: BusinessHours, from: Instant): Generator<Stretch> {
  let held: Stretch | null = null;
  // Hours that are closed until a later period begins are not closed for good.
  let closedSince = Math.max(from, ...(hours.periods ?? []).map((period) => Date.parse(`${period.from}T00:00:00Z`)));
  for (let index = Math.floor(from / CHUNK); index * CHUNK - closedSince < CLOSED_FOR_GOOD; index++) {
    for (const stretch of chunkOf(hours, index)) {
      if (stretch.to <= from) continue;
      const next: Stretch = { from: Math.max(stretch.from, from), to: stretch.to };
      if (held && held.to === next.from) held.to = next.to;
      else {
        if (held) yield held;
        held = next;
      }
      closedSince = Math.max(closedSince, next.to);
    }
    // What reaches the chunk's end may go on in the next; hours that never close would be held for ever.
    if (held && (held.to < (index + 1) * CHUNK || held.to - held.from >= 2 * CHUNK)) {
      yield held;
      held = null;
    }
  }
  if (held) yield held;
}

/** Every open stretch within [from, to), in order, none touching another. */
export function openStretches(hours: BusinessHours, from: Instant, to: Instant): Stretch[] {
  const found: Stretch[] = [];
  for (const stretch of openFrom(hours, from)) {
    if (stretch.from >= to) break;
    const last = found.at(-1);
    const end = Math.min(stretch.to, to);
    if (last && last.to === stretch.from) last.to = end;
    else found.push({ from: stretch.from, to: end });
    if (end === to) break;
  }
  return found;
}

/** Working time within [from, to), in milliseconds. */
export function workingMs(hours: BusinessHours, from: Instant, to: Instant): number {
  return openStretches(hours, from, to).reduce((sum, stretch) => sum + stretch.to - stretch.from, 0);
}

/**
 * The instant at which `budgetMs` of working time, begun at `from`, is used up; null when hours stay closed for good before.
 *
 * Only open hours count: 15 minutes begun five minutes before closing fall due ten minutes after the next
 * opening, and 15 minutes begun 15 minutes before closing fall due at closing. Nothing to use up is used up at once.
 */
export function dueAt(hours: BusinessHours, from: Instant, budgetMs: number): Instant | null {
  if (budgetMs <= 0) return from;
  let left = budgetMs;
  for (const stretch of openFrom(hours, from)) {
    const length = stretch.to - stretch.from;
    if (length >= left) return stretch.from + left;
    left -= length;
  }
  return null;
}

/** Whether hours are open at the instant. */
export function isOpenAt(hours: BusinessHours, at: Instant): boolean {
  return chunkOf(hours, Math.floor(at / CHUNK)).some(({ from, to }) => from <= at && at < to);
}

/** When hours next change between open and closed; null when they never do. */
export function nextChange(hours: BusinessHours, at: Instant): Instant | null {
  if (!isOpenAt(hours, at)) return openFrom(hours, at).next().value?.from ?? null;
  const { to, isEnd } = openAround(hours, at);
  return isEnd && to - at <= CLOSED_FOR_GOOD ? to : null;
}

/** Open time without a gap, as far as somebody has looked; `isEnd`: hours close there. */
interface OpenRun extends Stretch {
  isEnd: boolean;
}

/** The last run of each that was asked for: everybody asks about the present, and hours that never close are a long way to look along. */
const lastRuns = new WeakMap<BusinessHours, OpenRun>();

/** The run of open time that an open instant lies in, known up to its end or as far as hours may stay open for good. */
function openAround(hours: BusinessHours, at: Instant): OpenRun {
  const known = lastRuns.get(hours);
  const run = known && known.from <= at && at < known.to ? known : { from: at, to: at, isEnd: false };
  if (!run.isEnd && run.to - at <= CLOSED_FOR_GOOD) {
    run.isEnd = true;
    for (const { from, to } of openFrom(hours, run.to)) {
      if (from > run.to) break;
      run.to = to;
      run.isEnd = to - at <= CLOSED_FOR_GOOD;
      if (!run.isEnd) break;
    }
  }
  lastRuns.set(hours, run);
  return run;
}
