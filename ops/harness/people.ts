import { randomUUID } from 'node:crypto';
import { connect } from '../../schema/examples/live-inbox.mjs';

export interface Ask {
  <Data>(query: string, variables?: Record<string, unknown>): Promise<Data>;
}

interface Refusable {
  userErrors: { code: string; message: string }[];
}

/** The API answered, and the answer is no. */
export class AskError extends Error {
  readonly code: string;
  /** Said as data: asking again gives the same. */
  readonly isRefusal: boolean;
  /** When to come again, as the answer says; null when it does not. */
  readonly retryAfterMs: number | null;
  /** What people are told: the answer's own words, without where in which document. */
  readonly sentence: string;

  constructor(code: string, message: string, { isRefusal = false, retryAfterMs = null, sentence = message }: { isRefusal?: boolean; retryAfterMs?: number | null; sentence?: string } = {}) {
    super(message);
    this.sentence = sentence;
    this.code = code;
    this.isRefusal = isRefusal;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Sends one operation to the public API; throws with the code on any error, and when no answer comes within `timeoutMs`. Sentences come in `language`. */
export function asker(url: string, token?: () => Promise<string> | string, timeoutMs?: number, language?: string): Ask {
  return async (query, variables = {}) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${await token()}` } : {}), ...(language ? { 'accept-language': language } : {}) },
      body: JSON.stringify({ query, variables }),
      ...(timeoutMs === undefined ? {} : { signal: AbortSignal.timeout(timeoutMs) }),
    });
    const { data, errors } = (await response.json()) as { data: never; errors?: { message: string; path?: (string | number)[]; extensions?: { code?: string; retryAfterMs?: number } }[] };
    const { code = 'ERROR', retryAfterMs = null } = errors?.[0]?.extensions ?? {};
    if (errors) throw new AskError(code, `${code}: ${errors[0]!.message} at ${errors[0]!.path?.join('.') ?? 'no field'} in ${query.slice(0, 60)}`, { retryAfterMs, sentence: errors[0]!.message });
    return data;
  };
}

/** Runs a mutation and gives its payload; throws when it was refused. */
export async function tell<Payload>(ask: Ask, verb: string, input: object, selection: string): Promise<Payload> {
  const type = `${verb[0]!.toUpperCase()}${verb.slice(1)}Input!`;
  const data = await ask<Record<string, Payload & Refusable>>(`mutation ($input: ${type}) { ${verb}(input: $input) { ${selection} userErrors { code message } } }`, { input });
  const refusal = data[verb]!.userErrors[0];
  if (refusal) throw new AskError(refusal.code, `${verb} was refused: ${refusal.code} ${refusal.message}`, { isRefusal: true, sentence: refusal.message });
  return data[verb]!;
}

export interface Staff {
  /** A long-lived access token of the first administrator. */
  token: string;
  /** The administrator's own access token, valid for ten minutes. */
  adminToken: string;
  ask: Ask;
  agentId: string;
  channelKey: string;
}

const GRANTS = ['conversation:read', 'conversation:assign', 'conversation:write', 'conversation:inspect', 'conversation:transfer', 'conversation:close', 'message:send', 'note:write', 'channel:read', 'customer:read', 'customer:inspect', 'agent:read', 'queue:read', 'ticket:create', 'ticket:read', 'attachment:read', 'audit:read', 'analytics:read'];
const OWN_GRANTS = ['viewer:read', 'attachment:upload'];

/** Sets an empty system up, as a newcomer does, and issues an access token for the programs of a proof. */
export async function setUpStaff(url: string): Promise<Staff> {
  const password = `proof-${randomUUID()}`;
  const first = await tell<{ accessToken: string }>(asker(url), 'setUp', { organisationName: 'Proof', timeZone: 'Asia/Shanghai', displayName: 'Ada', email: 'ada@example.com', password }, 'accessToken');
  const admin = asker(url, () => first.accessToken);
  const { viewer } = await admin<{ viewer: { agent: { id: string } } }>('{ viewer { agent { id } } }');
  await tell(admin, 'updateAgent', { agentId: viewer.agent.id, capacity: 100 }, 'agent { id }');
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const { secret } = await tell<{ secret: string }>(admin, 'issueToken', { name: 'proof', grants: [...GRANTS.map((permission) => ({ permission, scope: 'ALL' })), ...OWN_GRANTS.map((permission) => ({ permission, scope: 'OWN' }))], expiresAt, idempotencyKey: randomUUID() }, 'secret');
  const ask = asker(url, () => secret);
  const { channels } = await ask<{ channels: { nodes: { key: string | null }[] } }>('{ channels(first: 10) { nodes { key } } }');
  return { token: secret, adminToken: first.accessToken, ask, agentId: viewer.agent.id, channelKey: channels.nodes.find((channel) => channel.key)!.key! };
}

export interface Visitor {
  token(): Promise<string>;
  ask: Ask;
  client: ReturnType<typeof connect>;
  conversationId: string;
}

/** A visitor with an open conversation; renews its own token like the widget does, before it runs out and when it is refused. */
export async function arrive(url: string, channelKey: string, { timeoutMs, ...facts }: { timeoutMs?: number; device?: string } = {}): Promise<Visitor> {
  const visit = (refreshToken: string | null) => tell<{ visitorToken: string; refreshToken: string }>(asker(url, undefined, timeoutMs), 'startVisit', { channelKey, refreshToken, ...facts }, 'visitorToken refreshToken');
  let { visitorToken, refreshToken } = await visit(null);
  let renewAt = Date.now() + 10 * 60_000;
  let renewing: Promise<void> | null = null;
  const renew = async () => {
    ({ visitorToken, refreshToken } = await visit(refreshToken));
    renewAt = Date.now() + 10 * 60_000;
  };
  const token = async () => {
    if (Date.now() > renewAt) await (renewing ??= renew().finally(() => (renewing = null)));
    return visitorToken;
  };
  const plain = asker(url, token, timeoutMs);
  const ask: Ask = (query, variables) => plain<never>(query, variables).catch((error: unknown) => {
    if (error instanceof AskError && error.code === 'UNAUTHENTICATED') renewAt = 0;
    throw error;
  });
  const { conversation } = await tell<{ conversation: { id: string } }>(ask, 'startConversation', { idempotencyKey: randomUUID() }, 'conversation { id }');
  return { token, ask, client: connect({ url, token }), conversationId: conversation.id };
}
