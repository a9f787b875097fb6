import { maskEmail, maskPhone, maskWord } from '@careline/kit/auth';
import type { Locale } from '@careline/kit/errors';
import { DAY, MINUTE, SECOND } from '@careline/kit/time';
import type { IdentityKind } from './customer.tables.ts';

export const VISITOR_TOKEN_MS = 15 * MINUTE;
export const VISIT_MS = 90 * DAY;
export const ONLINE_LEASE_MS = 15 * SECOND;
export const UNDO_MERGE_MS = 30 * DAY;
export const PROOF_MAX_MS = 10 * MINUTE;
/** For so long a used refresh token may come again beside its successor: two tabs, or a lost answer. */
export const REUSE_GRACE_MS = MINUTE;
export const ATTRIBUTES_MAX = 50;
export const ATTRIBUTES_LENGTH_MAX = 16_384;

/** The number as stored, from any spelling a person typed (`c8f2k1047`, `C-8f2k 1047`); null when it is none. */
export function readNumber(text: string): string | null {
  const plain = text.normalize('NFKC').toUpperCase().replace(/[\s\-–—]/g, '');
  const found = /^C([0-9A-HJKMNP-TV-Z]{4})(\d{4})$/.exec(plain);
  return found ? `C-${found[1]}-${found[2]}` : null;
}

/** Name of a visitor nobody knows yet: `访客 8F2K`. */
export function visitorName(number: string, locale: Locale): string {
  return `${locale === 'EN' ? 'Visitor' : '访客'} ${number.slice(2, 6)}`;
}

/** An identity as shown to who does not read it in clear. */
export function maskIdentity(kind: IdentityKind, value: string): string {
  if (kind === 'PHONE') return maskPhone(value);
  return kind === 'EMAIL' ? maskEmail(value) : maskWord(value);
}

/** What is wrong with the times of a signed proof of identity; null when nothing is. All in milliseconds. */
export function proofFault(times: { issuedAt: number; expiresAt: number }, now: number): 'EXPIRED' | 'TOO_LONG' | null {
  if (times.expiresAt <= now) return 'EXPIRED';
  return times.expiresAt > now + PROOF_MAX_MS || times.issuedAt > now + MINUTE ? 'TOO_LONG' : null;
}

/** Attributes after a change: keys are replaced one by one, a null value removes its key. */
export function mergeAttributes(present: Record<string, unknown>, changes: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries({ ...present, ...changes }).filter(([, value]) => value !== null));
}
