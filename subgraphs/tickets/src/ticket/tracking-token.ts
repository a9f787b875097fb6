import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Keyring } from '@careline/kit/crypto';
import { DAY } from '@careline/kit/time';

const VALID_DAYS = 30;

const mac = (keyring: Keyring, body: string) => createHmac('sha256', keyring.secret('links')).update(`tracking|${body}`).digest('base64url');

/** The token that shows its holder one ticket for at least 30 days; the same all day, so that a link copied twice is one link. Nothing of it is stored. */
export function signTrackingToken(keyring: Keyring, ticketId: string, now: number): string {
  const body = `${ticketId}.${Math.floor(now / DAY) + VALID_DAYS + 1}`;
  return `${body}.${mac(keyring, body)}`;
}

/** The ticket a token shows; null when it is forged or has run out. */
export function readTrackingToken(keyring: Keyring, token: string, now: number): string | null {
  const [ticketId, day, signature, ...rest] = token.split('.');
  if (!ticketId || !day || !signature || rest.length > 0) return null;
  const expected = Buffer.from(mac(keyring, `${ticketId}.${day}`));
  const given = Buffer.from(signature);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return null;
  return now < Number(day) * DAY ? ticketId : null;
}
