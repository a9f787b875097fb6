import { DAY, HOUR, SECOND, type Instant } from './units.ts';

/** A stretch of time in which clocks of a zone stand at one distance from UTC. */
export interface OffsetPiece {
  /** Begin, inclusive. */
  from: Instant;
  /** End, exclusive. */
  to: Instant;
  /** What local clocks show minus UTC, in milliseconds. */
  offset: number;
}

/** Clocks are compared this often; no zone has gone forth and back within it since 1970. */
const STEP = 6 * HOUR;
const SPAN = 64 * DAY;

const formats = new Map<string, Intl.DateTimeFormat>();
const spans = new Map<string, readonly OffsetPiece[]>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
    formats.set(zone, format);
  }
  return format;
}

/** What clocks in `zone` show at this instant minus UTC, in milliseconds. */
export function offsetAt(at: Instant, zone: string): number {
  const second = Math.floor(at / SECOND) * SECOND;
  const part = Object.fromEntries(formatOf(zone).formatToParts(second).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second) - second;
}

/** The instant within (before, after] from which on clocks stand at `offset`, found by halving to the second. */
function changeBetween(before: Instant, after: Instant, zone: string, offset: number): Instant {
  let [low, high] = [before / SECOND, after / SECOND];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle * SECOND, zone) === offset) high = middle;
    else low = middle;
  }
  return high * SECOND;
}

function piecesOfSpan(index: number, zone: string): readonly OffsetPiece[] {
  const key = `${zone} ${index}`;
  const known = spans.get(key);
  if (known) return known;
  const [begin, end] = [index * SPAN, (index + 1) * SPAN];
  const pieces: OffsetPiece[] = [{ from: begin, to: end, offset: offsetAt(begin, zone) }];
  for (let at = begin + STEP; at <= end; at += STEP) {
    const last = pieces.at(-1)!;
    const offset = offsetAt(at, zone);
    if (offset === last.offset) continue;
    last.to = changeBetween(at - STEP, at, zone, offset);
    if (last.to < end) pieces.push({ from: last.to, to: end, offset });
  }
  spans.set(key, pieces);
  return pieces;
}

/** The stretches of constant offset of `zone` that cover [from, to), in order. */
export function offsetPieces(from: Instant, to: Instant, zone: string): OffsetPiece[] {
  const found: OffsetPiece[] = [];
  for (let index = Math.floor(from / SPAN); index * SPAN < to; index++) {
    for (const piece of piecesOfSpan(index, zone)) {
      const last = found.at(-1);
      if (piece.to <= from || piece.from >= to) continue;
      if (last && last.offset === piece.offset && last.to === piece.from) last.to = piece.to;
      else found.push({ ...piece });
    }
  }
  return found;
}

/** The local time of an instant, as the milliseconds that UTC clocks would need to show it. */
export function localMs(at: Instant, zone: string): number {
  return at + offsetPieces(at, at + 1, zone)[0]!.offset;
}

/** Whether this is a zone that clocks can be set to. */
export function isTimeZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}
