import { RefreshSignInDocument, SetPasswordDocument, SignInDocument } from '../../gql/graphql.ts';
import type { RefreshSignInMutation, SetPasswordInput, SetPasswordMutation, SetUpInput, SetUpMutation, SignInInput, SignInMutation } from '../../gql/graphql.ts';
import { SetUpDocument } from '../../gql/graphql.ts';
import { ApiError, asApiError, fromServed } from './errors.ts';

export type SessionState = 'unknown' | 'signedIn' | 'signedOut';

interface Tokens {
  accessToken?: string | null;
  expiresAt?: string | null;
}

export interface SessionOptions {
  endpoint: string;
  locale(): string;
  onChange?(state: SessionState): void;
  fetch?: typeof fetch;
}

const RENEW_BEFORE_MS = 60_000;
const LOCK = 'careline.refresh';

/** Serialises renewals over all tabs: a refresh token used twice would end the sign-in. */
function exclusively<T>(run: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks;
  return locks ? locks.request(LOCK, run) as Promise<T> : run();
}

/** One agent's sign-in in this tab: the access token lives in memory, the refresh token in an httpOnly cookie. */
export class Session {
  readonly #options: SessionOptions;
  #token: string | null = null;
  #expiresAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #renewal: Promise<boolean> | null = null;
  state: SessionState = 'unknown';

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** A token that is good now; null when signed out. Rejects with NETWORK when it cannot be renewed just now. */
  async token(): Promise<string | null> {
    if (this.state === 'signedOut') return null;
    if (!this.#token || Date.now() > this.#expiresAt - RENEW_BEFORE_MS / 2) await this.renew();
    return this.#token;
  }

  /** Exchanges the cookie for a new token. False: the sign-in is over. Rejects with NETWORK when the server is out of reach. */
  renew(): Promise<boolean> {
    this.#renewal ??= exclusively(() => this.#refresh()).finally(() => { this.#renewal = null; });
    return this.#renewal;
  }

  async signIn(input: SignInInput): Promise<SignInMutation['signIn']> {
    const { signIn } = await this.#post<SignInMutation>(SignInDocument.toString(), { input });
    this.#keep(signIn);
    return signIn;
  }

  async setUp(input: SetUpInput): Promise<SetUpMutation['setUp']> {
    const { setUp } = await this.#post<SetUpMutation>(SetUpDocument.toString(), { input });
    this.#keep(setUp);
    return setUp;
  }

  /** Sets a password by the token of a link. Nobody is signed in by it. */
  async setPassword(input: SetPasswordInput): Promise<SetPasswordMutation['setPassword']> {
    const { setPassword } = await this.#post<SetPasswordMutation>(SetPasswordDocument.toString(), { input });
    return setPassword;
  }

  /** Forgets the token; who ends the sign-in on the server calls `signOut` there first. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#token = null;
    this.#change('signedOut');
  }

  async #refresh(): Promise<boolean> {
    const { refreshSignIn } = await this.#post<RefreshSignInMutation>(RefreshSignInDocument.toString(), { input: {} });
    if (refreshSignIn.accessToken) this.#keep(refreshSignIn);
    else this.forget();
    return refreshSignIn.accessToken !== null && refreshSignIn.accessToken !== undefined;
  }

  #keep(tokens: Tokens): void {
    if (!tokens.accessToken) return;
    this.#token = tokens.accessToken;
    this.#expiresAt = tokens.expiresAt ? Date.parse(tokens.expiresAt) : Date.now() + 600_000;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { this.renew().catch(() => undefined); }, Math.max(5_000, this.#expiresAt - Date.now() - RENEW_BEFORE_MS));
    this.#change('signedIn');
  }

  #change(state: SessionState): void {
    if (state === this.state) return;
    this.state = state;
    this.#options.onChange?.(state);
  }

  async #post<Data>(query: string, variables: unknown): Promise<Data> {
    const send = this.#options.fetch ?? fetch;
    let answer: { data?: Data | null; errors?: Array<{ message: string; extensions?: Record<string, unknown> }> };
    try {
      const response = await send(this.#options.endpoint, {
        method: 'POST',
        credentials: 'same-origin',
        headers: {
          'content-type': 'application/json',
          accept: 'application/graphql-response+json, application/json',
          'accept-language': this.#options.locale(),
          'x-client-name': 'careline-console',
          'x-careline-cookie': '1',
        },
        body: JSON.stringify({ query, variables }),
      });
      answer = await response.json();
    } catch (cause) {
      throw asApiError(cause);
    }
    if (answer.errors?.length) throw fromServed(answer.errors);
    if (!answer.data) throw new ApiError('NETWORK', 'empty answer');
    return answer.data;
  }
}
