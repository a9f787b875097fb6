import { createHash } from 'node:crypto';
import { parse } from 'graphql';
import { systemIdentity, type Identity } from '@careline/kit/auth';
import { appError } from '@careline/kit/errors';
import type { Live } from '@careline/kit/live';
import { hasPassed, type Clock } from '@careline/kit/time';
import type { RateLimiter } from './rates.ts';
import type { SubgraphTransport } from './transports/transport.ts';

/** How long an answer about a token is believed without asking again. */
const BELIEVED_MS = 5_000;
const KEPT = 20_000;
const RETRY_AFTER_MS = 1_000;
const QUESTION = parse('query Identity($token: String!) { identity(token: $token) }', { noLocation: true });

interface Entry {
  identity: Promise<Identity | null>;
  askedAt: number;
  /** The token stood for somebody when it was last asked about. */
  isKnown: boolean;
  stopListening: () => void;
}

/** Finds who a bearer token stands for. */
export interface Identities {
  /**
   * Null for a token that is not, or no longer, valid. Throws UNAVAILABLE when nobody can tell, and
   * RATE_LIMITED for an address that has tried too many tokens nobody knows.
   */
  of(token: string, address: string | null): Promise<Identity | null>;
  /** Asks anew the next time this token comes. */
  forget(token: string): void;
  close(): void;
}

/**
 * Asks conversations, which issued every token, and believes the answer for five seconds;
 * a hint that the identity changed ends that at once. Tokens are kept only as hashes.
 */
export function createIdentities(conversations: SubgraphTransport, live: Live, clock: Clock, rates: RateLimiter): Identities {
  const entries = new Map<string, Entry>();
  const forget = (key: string) => {
    entries.get(key)?.stopListening();
    entries.delete(key);
  };
  const ask = async (token: string, key: string, entry: Entry): Promise<Identity | null> => {
    const now = clock.now();
    const result = await conversations.query({
      document: QUESTION, variables: { token }, operationName: null, isDocumentStable: true,
      context: { contexts: new Map(), facts: { identity: systemIdentity('gateway', now), requestId: 'identity', locale: 'EN', address: null, device: null, clientName: 'gateway' } },
    });
    if (result.errors?.length) throw appError('UNAVAILABLE', { internal: 'conversations could not say who a token stands for', cause: result.errors[0], retryAfterMs: RETRY_AFTER_MS });
    const identity = (result.data?.identity ?? null) as Identity | null;
    entry.isKnown = identity !== null;
    // Forgotten while the question was under way: the next caller asks anew.
    if (identity && entries.get(key) === entry) entry.stopListening = live.subscribe(identityChannel(identity), () => forget(key));
    return identity;
  };
  return {
    forget: (token) => forget(keyOf(token)),
    async of(token, address) {
      const key = keyOf(token);
      const now = clock.now();
      const before = entries.get(key);
      if (before && !hasPassed(before.askedAt, BELIEVED_MS, now)) return stillValid(await before.identity, now);
      // Who was known a moment ago does not pay for a stranger behind the same address.
      const waitMs = address && !before?.isKnown ? rates.struckOut(address) : 0;
      if (waitMs > 0) throw appError('RATE_LIMITED', { retryAfterMs: waitMs });
      forget(key);
      const entry: Entry = { identity: Promise.resolve(null), askedAt: now, isKnown: before?.isKnown ?? false, stopListening: () => undefined };
      entries.set(key, entry);
      entry.identity = ask(token, key, entry);
      entry.identity.catch(() => { if (entries.get(key) === entry) forget(key); });
      for (const oldest of entries.keys()) {
        if (entries.size <= KEPT) break;
        forget(oldest);
      }
      const found = stillValid(await entry.identity, now);
      if (!found && address) rates.strike(address);
      return found;
    },
    close: () => { for (const key of [...entries.keys()]) forget(key); },
  };
}

const keyOf = (token: string) => createHash('sha256').update(token).digest('base64url');

/** Where a change of this identity is announced. */
export function identityChannel(identity: Identity): string {
  return `identity:${identity.agentId ?? identity.id}`;
}

const stillValid = (identity: Identity | null, now: number) => (identity && identity.expiresAt * 1000 > now ? identity : null);

/** Whether two answers about one token allow the same things. */
export function isSameIdentity(a: Identity, b: Identity): boolean {
  return fingerprint(a) === fingerprint(b);
}

function fingerprint(identity: Identity): string {
  const { kind, id, agentId, grants, clearMasks, teamIds, queueIds, channelId } = identity;
  const sortedGrants = Object.entries(grants).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([kind, id, agentId, sortedGrants, clearMasks.toSorted(), teamIds.toSorted(), queueIds.toSorted(), channelId]);
}
