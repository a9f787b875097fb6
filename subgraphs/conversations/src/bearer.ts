import { createHash, randomBytes, webcrypto } from 'node:crypto';
import type { Keyring } from '@careline/kit/crypto';
import { jwtVerify, SignJWT } from 'jose';

/** What a signed bearer token says. `sid` is the sign-in or visit; `num` voids a visit's earlier tokens. */
export interface BearerClaims {
  sub: string;
  knd: 'AGENT' | 'CUSTOMER';
  sid: string;
  chn?: string;
  num?: number;
  /** Seconds since 1970. */
  exp: number;
}

const ISSUER = 'careline';

// Bytes would be made a key again for each token: half of what verifying one costs.
const keys = new WeakMap<Keyring, Promise<webcrypto.CryptoKey>>();
function keyOf(keyring: Keyring): Promise<webcrypto.CryptoKey> {
  const before = keys.get(keyring);
  if (before) return before;
  const key = webcrypto.subtle.importKey('raw', keyring.secret('access-token'), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
  keys.set(keyring, key);
  return key;
}

/** A signed token (JWT, HS256) that the gateway and the subgraphs of this system trust until `exp`. */
export async function signBearer(keyring: Keyring, claims: BearerClaims): Promise<string> {
  const { exp, sub, ...rest } = claims;
  return new SignJWT(rest).setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(ISSUER).setSubject(sub).setExpirationTime(exp).sign(await keyOf(keyring));
}

/** The claims of a bearer token; null when it is forged, run out at `now` or not one of ours. */
export async function readBearer(keyring: Keyring, token: string, now: number): Promise<BearerClaims | null> {
  try {
    const { payload } = await jwtVerify(token, await keyOf(keyring), {
      algorithms: ['HS256'], issuer: ISSUER, currentDate: new Date(now), requiredClaims: ['sub', 'exp', 'knd', 'sid'],
    });
    return payload as unknown as BearerClaims;
  } catch {
    return null;
  }
}

/** A secret for people or devices to keep, with the hash that we keep. 256 bits, so a plain hash is enough. */
export function makeSecret(prefix = ''): { secret: string; hash: Buffer } {
  const secret = prefix + randomBytes(32).toString('base64url');
  return { secret, hash: hashSecret(secret) };
}

export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
