import { normalisePhone } from '@careline/kit/crypto';

/**
 * Every phone number that a typed text can mean: as a number of this country, and as an international one without its plus.
 * `13800138000` is a Chinese mobile and could be one of North America; whoever asks decides, we never guess.
 */
export function phoneReadings(text: string): string[] {
  const digits = text.normalize('NFKC').replace(/[\s().\-–—]/g, '');
  const bare = /^[1-9]\d{9,14}$/.test(digits) ? normalisePhone(`+${digits}`) : null;
  return [...new Set([normalisePhone(text), bare])].filter((reading): reading is string => reading !== null);
}
