import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { IDENTITY_HEADER, readIdentity, signIdentity } from '../auth/index.ts';
import type { Locale } from '../errors/index.ts';
import type { RequestFacts } from './subgraph.ts';

/** Header in which the gateway hands over what else it knows of a request, signed like the identity. */
export const FACTS_HEADER = 'x-careline-facts';

type Headers = Record<string, string | string[] | undefined>;

const mac = (secret: Buffer, body: string) => createHmac('sha256', secret).update(`facts|${body}`).digest();

/** The headers that carry `facts` to a subgraph in another process. */
export function factsToHeaders(facts: RequestFacts, secret: Buffer): Record<string, string> {
  const { identity, ...rest } = facts;
  const body = Buffer.from(JSON.stringify(rest)).toString('base64url');
  return {
    [FACTS_HEADER]: `${body}.${mac(secret, body).toString('base64url')}`,
    'x-request-id': facts.requestId,
    ...(identity ? { [IDENTITY_HEADER]: signIdentity(identity, secret) } : {}),
  };
}

/**
 * What a subgraph's own server knows of a request. Unsigned or forged headers give an anonymous
 * caller: only the request id and the language are taken without a signature.
 */
export function factsFromHeaders(headers: Headers, secret: Buffer, now: number): RequestFacts {
  const one = (name: string) => {
    const value = headers[name];
    return (Array.isArray(value) ? value[0] : value) ?? null;
  };
  const signed = readFacts(one(FACTS_HEADER), secret);
  return {
    requestId: one('x-request-id')?.slice(0, 64) ?? randomUUID(),
    locale: localeOf(one('accept-language')),
    address: null, device: null, clientName: null,
    ...signed,
    identity: readIdentity(one(IDENTITY_HEADER), secret, now),
  };
}

/** English when it is asked for first, Chinese otherwise. */
export function localeOf(acceptLanguage: string | null | undefined): Locale {
  return /^\s*en\b/i.test(acceptLanguage ?? '') ? 'EN' : 'ZH_CN';
}

function readFacts(header: string | null, secret: Buffer): Partial<RequestFacts> {
  const [body, signature] = header?.split('.') ?? [];
  if (!body || !signature) return {};
  const expected = mac(secret, body);
  const given = Buffer.from(signature, 'base64url');
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return {};
  return JSON.parse(Buffer.from(body, 'base64url').toString()) as Partial<RequestFacts>;
}
