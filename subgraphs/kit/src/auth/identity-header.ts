import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Identity } from './viewer.ts';

/** Header (and subscribe extension) in which the gateway hands an identity to a subgraph. */
export const IDENTITY_HEADER = 'x-careline-identity';

const mac = (secret: Buffer, body: string) => createHmac('sha256', secret).update(body).digest('base64url');

/** Signs an identity over to the subgraphs: base64url JSON, a dot, HMAC-SHA-256. */
export function signIdentity(identity: Identity, secret: Buffer): string {
  const body = Buffer.from(JSON.stringify(identity)).toString('base64url');
  return `${body}.${mac(secret, body)}`;
}

/** The identity of a signed header; null when it is missing, forged or run out. */
export function readIdentity(header: string | undefined | null, secret: Buffer, nowMs: number): Identity | null {
  if (!header) return null;
  const [body, signature] = header.split('.');
  if (!body || !signature) return null;
  const expected = Buffer.from(mac(secret, body));
  const given = Buffer.from(signature);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return null;
  const identity = JSON.parse(Buffer.from(body, 'base64url').toString()) as Identity;
  return identity.expiresAt * 1000 > nowMs ? identity : null;
}
