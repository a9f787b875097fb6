import { Client, fetchExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { retryExchange } from '@urql/exchange-retry';
import type { TypedDocumentString } from '../../gql/graphql.ts';
import { KEYLESS } from '../../gql/keyless.ts';
import { ApiError, fromServed } from './errors.ts';
import type { Session } from './session.ts';

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

async function isUnauthenticated(response: Response): Promise<boolean> {
  if (response.status === 401) return true;
  const body = await response.clone().text();
  return body.includes('"UNAUTHENTICATED"');
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
    const response = await send(input, init);
    if (!(await isUnauthenticated(response)) || !(await options.session.renew())) return response;
    return send(input, init);
  };
}

function createCache() {
  return cacheExchange({ keys: Object.fromEntries(KEYLESS.map((name) => [name, () => null])) });
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
