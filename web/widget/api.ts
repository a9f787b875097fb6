import { createClient, type Client } from 'graphql-ws';
import startVisitDocument from '../../schema/operations/start-visit.graphql?raw';
import type { UserError, VisitorConversation } from './features/chat/types.ts';
import type { DeviceStore } from './store.ts';

export interface VisitResult {
  visitorToken: string | null;
  refreshToken: string | null;
  expiresAt: string | null;
  openConversation: VisitorConversation | null;
  userErrors: UserError[];
}

export interface VisitFacts {
  channelKey: string;
  locale: 'ZH_CN' | 'EN';
}

/** A failure the server named: `code` is one of the closed list of schema/README.md. */
export class ApiError extends Error {
  readonly code: string;
  readonly retryAfterMs: number | null;

  constructor(message: string, code: string, retryAfterMs: number | null) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

const RENEW_BEFORE_MS = 60_000;

/**
 * Speaks GraphQL as one visitor. The visit begins with the first call that needs it and renews
 * itself a minute before its token runs out; callers never see a token.
 */
export class VisitorApi {
  readonly #store: DeviceStore;
  readonly #facts: VisitFacts;
  #token: string | null = null;
  #expiresAt = 0;
  #renewal: Promise<VisitResult> | null = null;
  readonly socket: Client;

  constructor(store: DeviceStore, facts: VisitFacts) {
    this.#store = store;
    this.#facts = facts;
    this.socket = createClient({
      url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
      lazy: true,
      keepAlive: 12_000,
      retryAttempts: 0,
      connectionParams: async () => ({ authorization: `Bearer ${await this.token()}` }),
    });
  }

  get hasVisit(): boolean {
    return this.#store.get('refreshToken') !== null;
  }

  /** Sends an operation that needs no identity. */
  open<T>(document: string, variables: object): Promise<T> {
    return ask<T>(document, variables, { locale: this.#facts.locale });
  }

  /** Sends an operation as the visitor; renews the visit once when the token was refused. */
  async request<T>(document: string, variables: object): Promise<T> {
    try {
      return await ask<T>(document, variables, { locale: this.#facts.locale, token: await this.token() });
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'UNAUTHENTICATED') throw error;
      this.#token = null;
      return ask<T>(document, variables, { locale: this.#facts.locale, token: await this.token() });
    }
  }

  async token(): Promise<string> {
    if (!this.#token || Date.now() > this.#expiresAt - RENEW_BEFORE_MS) await this.visit();
    return this.#token!;
  }

  /** Takes over a token given by another verb (identifyCustomer). */
  adopt(token: string, expiresAt: number): void {
    this.#token = token;
    this.#expiresAt = expiresAt;
  }

  /** Forgets the token, so that the next call asks for a new one. */
  expire(): void {
    this.#token = null;
  }

  /** Begins or renews the visit; concurrent callers share one call, because a refresh token counts once. */
  visit(): Promise<VisitResult> {
    // Tabs share the refresh token: two renewing at once would look like a stolen token and end the visit.
    // Where the browser blocks storage it blocks locks too, and tabs share nothing.
    const visit = () => this.#visit();
    const alone = () => (this.#store.isBlocked ? visit() : navigator.locks.request(`careline.${this.#facts.channelKey}`, visit));
    this.#renewal ??= alone().finally(() => (this.#renewal = null));
    return this.#renewal;
  }

  async #visit(): Promise<VisitResult> {
    const { channelKey, locale } = this.#facts;
    const input = (refreshToken: string | null) => ({
      input: { channelKey, locale, refreshToken, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone },
    });
    const begin = async (refreshToken: string | null) =>
      (await ask<{ startVisit: VisitResult }>(startVisitDocument, input(refreshToken), { locale })).startVisit;
    const kept = this.#store.get<string>('refreshToken');
    let result = await begin(kept);
    if (kept && !result.visitorToken) result = await begin(null);
    if (!result.visitorToken || !result.refreshToken) {
      throw new ApiError(result.userErrors[0]?.message ?? '', result.userErrors[0]?.code ?? 'INTERNAL', null);
    }
    this.#store.set('refreshToken', result.refreshToken);
    this.adopt(result.visitorToken, Date.parse(result.expiresAt!));
    return result;
  }
}

/** Sends one operation and gives its data; throws ApiError with the code of the first error. */
export async function ask<T>(query: string, variables: object, { locale, token = null }: { locale: 'ZH_CN' | 'EN'; token?: string | null }): Promise<T> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      'accept-language': locale === 'EN' ? 'en' : 'zh-CN',
      'x-client-name': 'widget',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as {
    data?: T;
    errors?: { message: string; extensions?: { code?: string; retryAfterMs?: number } }[];
  };
  const error = errors?.[0];
  if (error) throw new ApiError(error.message, error.extensions?.code ?? 'INTERNAL', error.extensions?.retryAfterMs ?? null);
  return data!;
}
