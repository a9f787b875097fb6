import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

/** What a headless client gets back, whichever way it came. */
export interface LineAnswer {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  data?: any;
  errors?: { message: string; extensions: { code?: string; requestId?: string } }[];
}

/** One way to the API for a program without a browser: single operations, and streams that can be cut. */
export interface Line {
  ask(query: string, variables?: Record<string, unknown>): Promise<LineAnswer>;
  /** Ends without a result when the line is cut or the server ends it; `ended` says with which error or close code. */
  stream(query: string, variables?: Record<string, unknown>): LineStream;
  close(): Promise<void>;
}

export interface LineStream extends AsyncIterable<LineAnswer> {
  cut(): void;
}

export interface LineOptions {
  url: string;
  token?: string;
  language?: string;
}

/** Everything over one graphql-ws socket; a cut breaks the socket itself, as a tunnel does. */
export function socketLine({ url, token, language }: LineOptions): Line {
  const sockets = new Set<WebSocket>();
  class Tracked extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args);
      sockets.add(this);
      this.once('close', () => sockets.delete(this));
    }
  }
  const client = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`, webSocketImpl: Tracked, retryAttempts: 0, lazy: true,
    connectionParams: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(language ? { 'accept-language': language } : {}) },
  });
  const answers = async function* (query: string, variables: Record<string, unknown>): AsyncGenerator<LineAnswer> {
    try {
      for await (const answer of client.iterate({ query, variables })) yield answer as LineAnswer;
    } catch (error) {
      // The protocol's error message: a list of GraphQL errors. Anything else is the end of the line.
      if (Array.isArray(error)) yield { errors: error as LineAnswer['errors'] };
    }
  };
  return {
    async ask(query, variables = {}) {
      for await (const answer of answers(query, variables)) return answer;
      throw new Error('the line ended before an answer came');
    },
    stream: (query, variables = {}) => ({
      [Symbol.asyncIterator]: () => answers(query, variables),
      cut: () => sockets.forEach((socket) => socket.terminate()),
    }),
    close: async () => void (await client.dispose()),
  };
}

/** Single operations over HTTP, each stream as server-sent events of its own; a cut breaks its connection. */
export function eventLine({ url, token, language }: LineOptions): Line {
  const open = new Set<AbortController>();
  const post = (accept: string, body: object, signal?: AbortSignal) => fetch(`${url}/graphql`, {
    method: 'POST', body: JSON.stringify(body), ...(signal ? { signal } : {}),
    headers: { accept, 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}), ...(language ? { 'accept-language': language } : {}) },
  });
  const answers = async function* (query: string, variables: Record<string, unknown>, abort: AbortController): AsyncGenerator<LineAnswer> {
    open.add(abort);
    try {
      const response = await post('text/event-stream', { query, variables }, abort.signal);
      if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
        yield (await response.json()) as LineAnswer;
        return;
      }
      for await (const { event, data } of eventsOf(response.body!)) {
        if (event === 'complete') return;
        if (event === 'next') yield JSON.parse(data) as LineAnswer;
      }
    } catch (error) {
      if (!abort.signal.aborted) throw error;
    } finally {
      open.delete(abort);
      abort.abort();
    }
  };
  return {
    ask: async (query, variables = {}) => (await (await post('application/json', { query, variables })).json()) as LineAnswer,
    stream: (query, variables = {}) => {
      const abort = new AbortController();
      return { [Symbol.asyncIterator]: () => answers(query, variables, abort), cut: () => abort.abort() };
    },
    close: async () => open.forEach((abort) => abort.abort()),
  };
}

async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<{ event: string; data: string }> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = blocks.pop()!;
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
      if (fields.event) yield { event: fields.event, data: fields.data ?? '' };
    }
  }
}
