import { createClient, type Client } from 'graphql-ws';
import type { LiveSink } from './live.ts';

export type SocketState = 'idle' | 'connecting' | 'open' | 'closed';

export interface SocketOptions {
  url: string;
  token(): Promise<string | null>;
  onState?(state: SocketState): void;
}

const KEEP_ALIVE_MS = 12_000;
const PONG_WITHIN_MS = 5_000;

/**
 * The one socket of a page, opened with the first stream and closed after the last. It never reconnects by
 * itself: every stream resubscribes through `resumable()`, and the first of them opens it again.
 */
export class LiveSocket {
  readonly #client: Client;
  #pongTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: SocketOptions) {
    this.#client = createClient({
      url: options.url,
      lazy: true,
      lazyCloseTimeout: 3_000,
      keepAlive: KEEP_ALIVE_MS,
      retryAttempts: 0,
      onNonLazyError: () => undefined,
      connectionParams: async () => {
        const token = await options.token();
        return token ? { authorization: `Bearer ${token}` } : {};
      },
      on: {
        connecting: () => options.onState?.('connecting'),
        connected: () => options.onState?.('open'),
        closed: () => { clearTimeout(this.#pongTimer); options.onState?.('closed'); },
        ping: (isReceived) => {
          if (!isReceived) this.#pongTimer = setTimeout(() => this.drop(), PONG_WITHIN_MS);
        },
        pong: (isReceived) => { if (isReceived) clearTimeout(this.#pongTimer); },
      },
    });
  }

  /** Opens one subscription; a result with `errors` ends it as an error. */
  subscribe<Data, Event>(query: string, variables: Record<string, unknown>, pick: (data: Data) => Event, sink: LiveSink<Event>): () => void {
    let isOver = false;
    const end = this.#client.subscribe<Data>({ query, variables }, {
      next: (result) => {
        if (isOver) return;
        if (result.errors?.length || !result.data) sink.error(result.errors ?? null);
        else sink.next(pick(result.data));
      },
      error: (cause) => { if (!isOver) sink.error(cause); },
      complete: () => { if (!isOver) sink.complete(); },
    });
    return () => {
      isOver = true;
      end();
    };
  }

  /** Throws the line away without a goodbye; every stream notices and comes back. */
  drop(): void {
    this.#client.terminate();
  }
}
