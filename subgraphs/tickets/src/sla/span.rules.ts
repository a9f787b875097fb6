import { DAY, HOUR, MINUTE, SECOND } from '@careline/kit/time';

const UNITS: readonly (readonly [string, number])[] = [['d', DAY], ['h', HOUR], ['m', MINUTE], ['s', SECOND]];
const SPAN = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/** `15m`, `4h`, `1h30m`, `3d` in milliseconds; null when it is not written so. A day is 24 hours of working time. */
export function parseSpan(text: string): number | null {
  const found = SPAN.exec(text);
  if (!found || text === '') return null;
  return UNITS.reduce((sum, [, ms], index) => sum + Number(found[index + 1] ?? 0) * ms, 0);
}

/** The shortest spelling of a whole number of seconds: `90m` is `1h30m`, `48h` is `2d`. */
export function writeSpan(ms: number): string {
  let left = ms;
  let text = '';
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  return text || '0s';
}

/** ISO 8601, as the API says durations: `PT15M`, `P2D`. */
export function isoSpan(ms: number): string {
  const [days, hours, minutes, seconds] = UNITS.map(([, size], index) => Math.floor((index === 0 ? ms : ms % UNITS[index - 1]![1]) / size));
  const time = [hours ? `${hours}H` : '', minutes ? `${minutes}M` : '', seconds ? `${seconds}S` : ''].join('');
  return `P${days ? `${days}D` : ''}${time ? `T${time}` : days ? '' : 'T0S'}`;
}
