import { Client, fetchExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { retryExchange } from '@urql/exchange-retry';
import type { TypedDocumentString } from '../../gql/graphql.ts';
import { KEYLESS } from '../../gql/keyless.ts';
import { ApiError, fromServed } from './errors.ts';
import { asked } from './live.ts';
import type { Session } from './session.ts';

/** Tries of one request that the server has no place for, and the longest wait worth keeping a person waiting. */
const TRIES_MAX = 3;
const PATIENCE_SECONDS = 5;

export interface ApiOptions {
  endpoint: string;
  session: Session;
  locale(): string;
}

export interface Api {
  readonly client: Client;
  query<Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: Variables, policy?: 'cache-first' | 'network-only'): Promise<Data>;
  mutate<Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: Variables): Promise<Data>;
}

/** `fetch` with the bearer token; an expired one is renewed once, and the request goes out again. */
function authorized(options: ApiOptions): typeof fetch {
  const send = async (input: RequestInfo | URL, init: RequestInit | undefined): Promise<Response> => {
    const headers = new Headers(init?.headers);
    const token = await options.session.token();
    if (token) headers.set('authorization', `Bearer ${token}`);
    headers.set('accept-language', options.locale());
    headers.set('x-client-name', 'careline-console');
    return fetch(input, { ...init, headers, credentials: 'same-origin' });
  };
  return async (input, init) => {
    const first = await readWhole(await sendWhenAdmitted(() => send(input, init)));
    if (!first.isUnauthenticated || !(await options.session.renew())) return first.response;
    return (await readWhole(await send(input, init))).response;
  };
}

/** Comes again when the server had no place: it says so, and for how long, before it does anything, so nothing is done twice. */
async function sendWhenAdmitted(send: () => Promise<Response>): Promise<Response> {
  for (let tries = 1; ; tries += 1) {
    const answer = await send();
    const seconds = Number(answer.headers.get('retry-after') ?? NaN);
    if (tries === TRIES_MAX || ![429, 503].includes(answer.status) || !(seconds <= PATIENCE_SECONDS)) return answer;
    await new Promise((resolve) => setTimeout(resolve, asked(seconds * 1000)));
  }
}

/** The answer with its body read: it names an expired token inside the body, whatever its status. */
async function readWhole(answer: Response): Promise<{ response: Response; isUnauthenticated: boolean }> {
  const body = await answer.text();
  return {
    response: new Response(body, { status: answer.status, statusText: answer.statusText, headers: answer.headers }),
    isUnauthenticated: answer.status === 401 || body.includes('"UNAUTHENTICATED"'),
  };
}

function createCache() {
  // Lists ask for a message without its id: there it belongs to its conversation.
  const keyless = Object.fromEntries(KEYLESS.map((name) => [name, () => null]));
  return cacheExchange({ keys: { ...keyless, Message: (data) => (typeof data['id'] === 'string' ? data['id'] : null) } });
}

interface Outcome<Data> {
  data?: Data | null;
  error?: { networkError?: Error; graphQLErrors: ReadonlyArray<{ message: string; extensions?: Record<string, unknown> }> };
}

/** Data may be partial: a field of a subgraph that is away is null with an error, the rest is good. */
function unwrap<Data>(outcome: Outcome<Data>): Data {
  if (outcome.error?.networkError) throw new ApiError('NETWORK', outcome.error.networkError.message);
  const isEmpty = !outcome.data || Object.values(outcome.data).every((value) => value === null || value === undefined || typeof value === 'string');
  if (outcome.error?.graphQLErrors.length && isEmpty) throw fromServed(outcome.error.graphQLErrors);
  if (!outcome.data) throw new ApiError('NETWORK', 'empty answer');
  return outcome.data;
}

/** The console's way to ask the API: normalised cache, retries of reads that got no answer, errors as ApiError. */
export function createApi(options: ApiOptions): Api {
  const client = new Client({
    url: options.endpoint,
    preferGetMethod: false,
    fetch: authorized(options),
    exchanges: [
      createCache(),
      retryExchange({ maxNumberAttempts: 3, initialDelayMs: 300, retryIf: (error, operation) => operation.kind === 'query' && Boolean(error.networkError) }),
      fetchExchange,
    ],
  });
  return {
    client,
    query: async (document, variables, policy = 'network-only') =>
      unwrap(await client.query(document.toString(), variables as Record<string, unknown>, { requestPolicy: policy }).toPromise()) as never,
    mutate: async (document, variables) =>
      unwrap(await client.mutation(document.toString(), variables as Record<string, unknown>).toPromise()) as never,
  };
}
