import { parse } from 'graphql';
import { systemIdentity } from '@careline/kit/auth';
import type { Logger } from '@careline/kit/observe';
import { hasPassed, type Clock } from '@careline/kit/time';
import { isExactOrigin, type GatewayConfig } from './config.ts';
import type { Arrival } from './facts.ts';
import type { RateLimiter } from './rates.ts';
import type { SubgraphTransport } from './transports/transport.ts';

const BELIEVED_MS = 5_000;
const KEPT = 1_000;
const KEY = /^[a-z0-9][a-z0-9-]{1,63}$/;
const QUESTION = parse('query ChannelOrigins($key: String!) { channelOrigins(channelKey: $key) }', { noLocation: true });

/** Finds the pages of other origins that may embed the widget. */
export interface Embedding {
  /** Exact origins, besides our own; `*` alone: every page. */
  hostsOf(channelKey: string | null, arrival: Arrival): Promise<readonly string[]>;
}

interface Entry {
  askedAt: number;
  listed: Promise<readonly string[]>;
}

/**
 * Asks conversations for the pages that a channel lists and believes the answer for five seconds.
 * A channel that lists none, or is unknown, may be embedded everywhere in development, in production only
 * where the operator says. While nobody can tell, only our own pages may.
 */
export function createEmbedding(conversations: SubgraphTransport, parts: { config: GatewayConfig; clock: Clock; rates: RateLimiter; log: Logger }): Embedding {
  const { config, clock, rates, log } = parts;
  const entries = new Map<string, Entry>();
  const ask = async (key: string, arrival: Arrival): Promise<readonly string[]> => {
    const facts = { ...arrival, identity: systemIdentity('gateway', clock.now()), clientName: 'gateway' };
    const { data, errors } = await conversations.query({ document: QUESTION, variables: { key }, operationName: null, isDocumentStable: true, context: { contexts: new Map(), facts } });
    if (errors?.length) throw errors[0]!;
    // A list goes into a header: nothing that could be read as more than an origin may get there.
    return ((data?.channelOrigins ?? []) as string[]).filter(isExactOrigin);
  };
  const listedBy = (key: string, arrival: Arrival): Promise<readonly string[]> => {
    const now = clock.now();
    const before = entries.get(key);
    if (before && !hasPassed(before.askedAt, BELIEVED_MS, now)) return before.listed;
    if (rates.arrive({ ...arrival, identity: null }, now) > 0) return before?.listed ?? Promise.reject(new Error('too many questions from one address'));
    const entry: Entry = { askedAt: now, listed: ask(key, arrival) };
    entries.delete(key);
    entries.set(key, entry);
    entry.listed.catch(() => { if (entries.get(key) === entry) entries.delete(key); });
    for (const oldest of entries.keys()) {
      if (entries.size <= KEPT) break;
      entries.delete(oldest);
    }
    return entry.listed;
  };
  const unlisted = config.isProduction ? config.frameAncestors : ['*'];
  return {
    async hostsOf(channelKey, arrival) {
      if (!channelKey || !KEY.test(channelKey)) return unlisted;
      try {
        const listed = await listedBy(channelKey, arrival);
        return listed.length > 0 ? listed : unlisted;
      } catch (error) {
        log.warn({ err: error, requestId: arrival.requestId }, 'the pages of a channel are not known');
        return [];
      }
    },
  };
}
