const USUAL_FROM = 0.9;
const DOT = 8;

/** Where the scale of a rate begins: at 90 %, or at a tenth below the lowest value when that lies under it. */
export function scaleFrom(rates: ReadonlyArray<number | null>): number {
  const lowest = Math.min(...rates.filter((rate) => rate !== null), 1);
  return lowest >= USUAL_FROM ? USUAL_FROM : Math.max(0, Math.floor(lowest * 10 - 1) / 10);
}

/** The points of a day's line; hours without a rate have none. */
export function hourPoints(hourly: ReadonlyArray<number | null>, from: number, width: number, height: number): Array<{ x: number; y: number }> {
  const step = hourly.length > 1 ? (width - 2 * DOT) / (hourly.length - 1) : 0;
  return hourly.flatMap((rate, hour) => (rate === null ? [] : [{ x: Math.round(DOT + hour * step), y: Math.round((1 - (rate - from) / (1 - from)) * height) }]));
}
