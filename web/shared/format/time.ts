/** Times as the design guide writes them, in Chinese and English, in the organisation's zone. */
export interface TimeWords {
  locale: string;
  timeZone: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(words: TimeWords, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  // English here is written as in the design: 3 Nov, 24 hours.
  const locale = words.locale === 'en' ? 'en-GB' : words.locale;
  const key = `${words.locale} ${words.timeZone} ${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat(locale, { timeZone: words.timeZone, ...options })));
  return found;
}

/** The calendar day of an instant in the organisation's zone, `2026-11-23`. */
export function dayOf(at: number | string, words: TimeWords): string {
  return format({ ...words, locale: 'sv-SE' }, { year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(at));
}

/** The calendar day after that of an instant. */
export function nextDay(at: number | string, words: TimeWords): string {
  return new Date(Date.parse(dayOf(at, words)) + 86_400_000).toISOString().slice(0, 10);
}

/** `10:31` */
export function clockTime(at: number | string, words: TimeWords): string {
  return format(words, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(at));
}

/** `10:31:05` */
export function secondTime(at: number | string, words: TimeWords): string {
  return format(words, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(new Date(at));
}

/** `11月3日` this year, else `2024年3月18日`. */
export function dayName(at: number | string, now: number, words: TimeWords): string {
  const isThisYear = dayOf(at, words).slice(0, 4) === dayOf(now, words).slice(0, 4);
  return format(words, { month: words.locale === 'en' ? 'short' : 'long', day: 'numeric', ...(isThisYear ? {} : { year: 'numeric' }) }).format(new Date(at));
}

/** In a list: `刚刚`, `9分` up to an hour, today `10:31`, else the day. */
export function listTime(at: number | string, now: number, words: TimeWords): string {
  const ageMinutes = Math.max(0, Math.floor((now - new Date(at).getTime()) / 60_000));
  if (ageMinutes === 0) return words.locale === 'en' ? 'now' : '刚刚';
  if (ageMinutes < 60) return words.locale === 'en' ? `${ageMinutes}m` : `${ageMinutes}分`;
  if (dayOf(at, words) === dayOf(now, words)) return clockTime(at, words);
  return dayName(at, now, words);
}

/** With zone, for tooltips: `2026年11月23日 10:31:05 GMT+8`. */
export function fullTime(at: number | string, words: TimeWords): string {
  return format(words, { dateStyle: 'long', timeStyle: 'long' }).format(new Date(at));
}

/** Under an hour `mm:ss`, under a day `h:mm`, else days and hours. */
export function duration(seconds: number, locale: string): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [days, hours, minutes] = [Math.floor(whole / 86_400), Math.floor(whole / 3_600) % 24, Math.floor(whole / 60) % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  if (days > 0) return locale === 'en' ? `${days}d ${hours}h` : `${days}天${hours}小时`;
  return hours > 0 ? `${hours}:${two(minutes)}` : `${two(minutes)}:${two(whole % 60)}`;
}

/** With seconds, for one big clock: `3:42:18`, under an hour `42:18`. */
export function fullDuration(seconds: number, locale: string): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 3_600 || whole >= 86_400) return duration(whole, locale);
  return `${duration(whole, locale)}:${String(whole % 60).padStart(2, '0')}`;
}

/** A length in words, its two greatest parts: `17分14秒`, `4小时`, `3天2小时`. */
export function span(seconds: number, locale: string): string {
  const whole = Math.max(0, Math.round(seconds));
  const units = locale === 'en' ? ['d', 'h', 'min', 's'] : ['天', '小时', whole % 60 === 0 ? '分钟' : '分', '秒'];
  const parts = [Math.floor(whole / 86_400), Math.floor(whole / 3_600) % 24, Math.floor(whole / 60) % 60, whole % 60];
  const first = parts.findIndex((part) => part > 0);
  if (first < 0) return locale === 'en' ? '0 s' : '0秒';
  return parts.slice(first, first + 2).flatMap((part, index) => (part > 0 ? [locale === 'en' ? `${part} ${units[first + index]}` : `${part}${units[first + index]}`] : [])).join(locale === 'en' ? ' ' : '');
}

/** An instant as a field for date and time holds it, in this zone: `2026-11-23T10:31`. */
export function localTime(at: number, timeZone: string): string {
  const words = { locale: 'sv-SE', timeZone };
  return `${dayOf(at, words)}T${clockTime(at, words)}`;
}

/** The instant at which clocks of this zone show such a time; null when nothing whole is written. In an hour that a zone leaves out, the hour after. */
export function instantOf(local: string, timeZone: string): number | null {
  const wanted = Date.parse(`${local}Z`);
  if (Number.isNaN(wanted)) return null;
  const offsetAt = (at: number) => Date.parse(`${localTime(at, timeZone)}Z`) - Math.floor(at / 60_000) * 60_000;
  const guess = wanted - offsetAt(wanted);
  return wanted - offsetAt(guess);
}
