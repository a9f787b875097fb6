import { randomUUID } from 'node:crypto';
import { systemIdentity, Viewer } from '../auth/index.ts';
import type { Keyring } from '../crypto/index.ts';
import type { Logger } from '../observe/index.ts';
import type { Clock } from '../time/index.ts';
import type { BaseContext, RequestFacts } from './subgraph.ts';

interface ContextParts {
  clock: Clock;
  log: Logger;
  keyring: Keyring;
}

/** The context of one operation; a subgraph adds its database and loaders to it. */
export function createBaseContext(parts: ContextParts, facts: RequestFacts): BaseContext {
  return {
    viewer: new Viewer(facts.identity),
    requestId: facts.requestId,
    locale: facts.locale,
    address: facts.address,
    device: facts.device,
    pageOrigin: facts.pageOrigin ?? null,
    clock: parts.clock,
    keyring: parts.keyring,
    log: parts.log.child({ requestId: facts.requestId }),
  };
}

/** The context in which the system itself acts: consumers, jobs, look-ups. `name` is what audit entries show. */
export function systemContext(parts: ContextParts, name: string): BaseContext {
  return createBaseContext(parts, systemFacts(name, parts.clock.now()));
}

/** What is known of the request that `ctx` serves, to ask another subgraph for the same person. */
export function factsOf({ viewer, requestId, locale, address, device, pageOrigin }: BaseContext): RequestFacts {
  return { identity: viewer.identity, requestId, locale, address, device, clientName: null, pageOrigin: pageOrigin ?? null };
}

export function systemFacts(name: string, now: number): RequestFacts {
  return { identity: systemIdentity(name, now), requestId: randomUUID(), locale: 'ZH_CN', address: null, device: null, clientName: name };
}
