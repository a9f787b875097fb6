import type { ExecutionResult, GraphQLError } from 'graphql';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { LiveStream } from '../live/index.ts';
import { away } from './away.ts';
import { revive } from './revive.ts';

export interface SocketOptions {
  url: string;
  /** Between a sign of life and the next ping, and between that and the end of a socket that stays silent. */
  keepAliveMs: number;
  /** Called when the peer was silent for too long. */
  onSilence: () => void;
}

/** A subscription as it goes over the line; its identity travels in `extensions`. */
export interface Payload {
  query: string;
  variables: Record<string, unknown>;
  operationName: string | null;
  extensions: Record<string, unknown>;
}

export interface SharedSocket {
  subscribe(payload: Payload): LiveStream<ExecutionResult>;
  close(): Promise<void>;
}

/** One read of the socket may bring several hundred small events before any reader gets its turn. */
const BACKLOG = 1_024;

/**
 * Carries all streams of this process to one subgraph over one socket, opened when the first begins.
 *
 * A dropped or silent socket ends its streams with UNAVAILABLE instead of being mended in silence: only the
 * client knows its last position, and a stream resumed with its first one would replay everything since.
 */
export function openSharedSocket({ url, keepAliveMs, onSilence }: SocketOptions): SharedSocket {
  let socket: WebSocket | undefined;
  let overdue: NodeJS.Timeout | undefined;
  // A half-open line would swallow events without a word, a frozen peer let everybody wait for its greeting.
  const expectSign = (opened = socket) => {
    clearTimeout(overdue);
    overdue = setTimeout(() => {
      opened?.terminate();
      onSilence();
    }, keepAliveMs);
  };
  const client = createClient({
    url,
    webSocketImpl: class extends WebSocket {
      constructor(address: string, protocols: string) {
        super(address, protocols, { handshakeTimeout: keepAliveMs });
      }
    },
    lazy: true,
    lazyCloseTimeout: 30_000,
    keepAlive: keepAliveMs,
    retryAttempts: 0,
    on: {
      opened: (opened) => expectSign((socket = opened as WebSocket)),
      connected: () => clearTimeout(overdue),
      ping: (isReceived) => { if (!isReceived) expectSign(); },
      pong: (isReceived) => { if (isReceived) clearTimeout(overdue); },
      closed: () => clearTimeout(overdue),
      error: (error) => { if (/handshake has timed out/.test(String((error as Error).message))) onSilence(); },
    },
  });
  return {
    subscribe(payload) {
      let stop: () => void = () => undefined;
      const events = new LiveStream<ExecutionResult>(() => stop(), BACKLOG);
      stop = client.subscribe(payload, {
        next: (result) => events.push(revive(result as ExecutionResult)),
        // The server's refusal comes as a list of errors; a lost line as a close event or an error.
        error: (cause) => {
          if (!Array.isArray(cause)) return events.close(away(cause));
          events.push(revive({ errors: cause as GraphQLError[] }));
          events.close();
        },
        complete: () => events.close(),
      });
      return events;
    },
    close: async () => client.dispose(),
  };
}
