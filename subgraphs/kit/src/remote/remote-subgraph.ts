import type { ExecutionResult } from 'graphql';
import { factsToHeaders, type HealthReport, type RequestFacts } from '../graphql/index.ts';
import { LiveStream } from '../live/index.ts';
import { AppError } from '../errors/index.ts';
import { away } from './away.ts';
import { openHttpLine, Overdue, type HttpLine } from './http-line.ts';
import { revive } from './revive.ts';
import { openSharedSocket } from './shared-socket.ts';

export interface RemoteOptions {
  /** `http://host:port/graphql` */
  url: string;
  /** Key of the signature under which identities travel. */
  secret: Buffer;
  /** Waiting time for one answer. */
  timeoutMs: number;
  /** Silence after which the shared socket is asked for a sign of life, and after which it counts as dead. */
  keepAliveMs: number;
}

/** One operation for a subgraph, and for whom it is asked. */
export interface Question {
  text: string;
  variables: Record<string, unknown>;
  operationName: string | null;
  facts: RequestFacts;
  /** Asked twice it does the same as asked once. Such a question is asked once more, on a new connection, when its line breaks: that of a server that is being restarted may break at any moment. */
  isRepeatable?: boolean;
}

/** A subgraph in another process. */
export interface RemoteSubgraph {
  /** Throws UNAVAILABLE, after `timeoutMs` at the latest; at once while the subgraph is known to be silent. */
  query(question: Question): Promise<ExecutionResult>;
  /** A stream that ends with UNAVAILABLE when the subgraph is away or falls silent. */
  subscribe(question: Question): LiveStream<ExecutionResult>;
  health(): Promise<HealthReport>;
  close(): Promise<void>;
}

const PROBE_MS = 2_000;
const PROBE_AGAIN_MS = 500;

/**
 * Asks a subgraph over the network: queries by HTTP on kept connections, live streams all over one shared
 * socket, each operation under its own signed identity.
 */
export function openRemoteSubgraph({ url, secret, timeoutMs, keepAliveMs }: RemoteOptions): RemoteSubgraph {
  const http = openHttpLine(new URL(url));
  const path = new URL(url).pathname;
  const silence = new Silence(http);
  const socket = openSharedSocket({ url: url.replace(/^http/, 'ws'), keepAliveMs, onSilence: () => silence.suspect() });
  return {
    async query({ text, variables, operationName, facts, isRepeatable }) {
      if (silence.isKnown) throw away(new Error('it is silent'));
      const body = JSON.stringify({ query: text, variables, operationName: operationName ?? undefined });
      const ask = async (on: 'kept' | 'new') => readResult(await http.post(path, body, factsToHeaders(facts, secret), { timeoutMs, on }));
      try {
        return await ask('kept').catch((error: unknown) => {
          if (!isRepeatable || isOverdue(error)) throw error;
          return ask('new');
        });
      } catch (error) {
        if (isOverdue(error)) silence.suspect();
        throw error;
      }
    },
    subscribe({ text, variables, operationName, facts }) {
      if (!silence.isKnown) return socket.subscribe({ query: text, variables, operationName, extensions: { headers: factsToHeaders(facts, secret) } });
      const ended = new LiveStream<ExecutionResult>(() => undefined);
      ended.close(away(new Error('it is silent')));
      return ended;
    },
    async health() {
      const isUp = await http.probe('/readyz', PROBE_MS);
      return { isReady: isUp, checks: { answers: isUp } };
    },
    async close() {
      silence.stop();
      await socket.close();
      http.close();
    },
  };
}

const isOverdue = (error: unknown): boolean => error instanceof AppError && error.cause instanceof Overdue;

function readResult(text: string): ExecutionResult {
  try {
    const result = JSON.parse(text) as ExecutionResult;
    if (result.data !== undefined || result.errors) return revive(result);
  } catch (cause) {
    throw away(cause);
  }
  throw away(new Error('the answer is not one to an operation'));
}

/**
 * A peer that takes connections and answers nothing would make everybody wait once more. After the first
 * such wait it is asked whether it lives; while it does not say so, nobody else waits.
 */
class Silence {
  readonly #http: HttpLine;
  #isKnown = false;
  #isProbing = false;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(http: HttpLine) {
    this.#http = http;
  }

  get isKnown(): boolean {
    return this.#isKnown;
  }

  suspect(): void {
    if (!this.#isProbing && !this.#isStopped) void this.#probe();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #probe(): Promise<void> {
    this.#isProbing = true;
    this.#isKnown = !(await this.#http.probe('/healthz', PROBE_MS));
    this.#isProbing = this.#isKnown;
    if (!this.#isKnown || this.#isStopped) return;
    this.#timer = setTimeout(() => void this.#probe(), PROBE_AGAIN_MS);
    this.#timer.unref();
  }
}
