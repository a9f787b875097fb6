import { createHmac } from 'node:crypto';
import type { Keyring } from './keyring.ts';

/** The 32 bytes under which a normalised value is found again without being stored. Equality only. */
export function blindIndex(keyring: Keyring, kind: string, normalised: string): Buffer {
  return createHmac('sha256', keyring.secret('blind-index')).update(`${kind}|${normalised}`).digest();
}

/**
 * A phone number as E.164, or null when it is none. Without a country code it is read as a Chinese
 * number: mobile, area code with leading zero, or 400/800 service number.
 */
export function normalisePhone(text: string): string | null {
  const plain = text.normalize('NFKC').replace(/[\s().\-–—]/g, '');
  const international = plain.replace(/^00(?=[1-9])/, '+');
  if (/^\+[1-9]\d{6,14}$/.test(international)) return international;
  if (/^(?:86)?1[3-9]\d{9}$/.test(plain)) return `+86${plain.slice(-11)}`;
  if (/^0[1-9]\d{8,10}$/.test(plain)) return `+86${plain.slice(1)}`;
  if (/^[48]00\d{7}$/.test(plain)) return `+86${plain}`;
  return null;
}

/** A mail address in lower case, or null when it is none. */
export function normaliseEmail(text: string): string | null {
  const plain = text.normalize('NFKC').trim().toLowerCase();
  return plain.length <= 254 && /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>".]+$/.test(plain) ? plain : null;
}
