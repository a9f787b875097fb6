import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Keyring } from '@careline/kit/crypto';
import { DAY } from '@careline/kit/time';

const VALID_MS = 14 * DAY;

const mac = (keyring: Keyring, body: string) => createHmac('sha256', keyring.secret('links')).update(`rating|${body}`).digest('base64url');

/** The token that lets its holder rate one conversation, until 14 days after the invitation. Nothing of it is stored. */
export function signRatingToken(keyring: Keyring, conversationId: string, invitedAt: number): string {
  const body = `${conversationId}.${Math.floor((invitedAt + VALID_MS) / 1000)}`;
  return `${body}.${mac(keyring, body)}`;
}

/** What a token allows, and until when; null when it is forged. */
export function readRatingToken(keyring: Keyring, token: string): { conversationId: string; expiresAt: number } | null {
  const [conversationId, seconds, signature] = token.split('.');
  if (!conversationId || !seconds || !signature) return null;
  const expected = Buffer.from(mac(keyring, `${conversationId}.${seconds}`));
  const given = Buffer.from(signature);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return null;
  return { conversationId, expiresAt: Number(seconds) * 1000 };
}
