import type { IncomingMessage, Server } from 'node:http';
import { createSourceEventStream, execute, GraphQLError, parse, validate, type DocumentNode, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { LiveMap } from '../live/index.ts';
import type { Logger } from '../observe/index.ts';
import type { Clock } from '../time/index.ts';
import { maskErrors } from './mask-errors.ts';
import type { RequestFacts, Subgraph } from './subgraph.ts';

/** Told of each operation on a socket when its resolver has begun to listen, or has refused. */
export type OnBegun = (requestId: string, isListening: boolean) => void;

export interface SocketOptions {
  factsOf(headers: IncomingMessage['headers']): RequestFacts;
  clock: Clock;
  log: Logger;
  onBegun?: OnBegun | undefined;
}

/** One operation on the socket, and for whom it runs. */
interface Operation extends ExecutionArgs {
  facts: RequestFacts;
}

type Prepared = DocumentNode | GraphQLError[];

/** A gateway that does not let go of its socket in this time is cut off. */
const CLOSE_WITHIN_MS = 2_000;
const TIMER_MAX_MS = 2_147_483_647;
const DOCUMENT_LIMIT = 500;

/**
 * graphql-ws on the path `/graphql` of `server`. All users share the gateway's one socket, therefore the
 * identity comes with each operation (`extensions.headers`), never with the connection; when it runs out,
 * that operation alone is completed.
 */
export function serveSockets(subgraph: Subgraph, server: Server, options: SocketOptions): { close(): Promise<void> } {
  const sockets = new WebSocketServer({ server, path: '/graphql', maxPayload: 1024 * 1024 });
  const documents = new Map<string, Prepared>();
  const service = useServer({
    // Whatever is thrown here would close the socket of all, so a document that is none is an answer to its sender.
    onSubscribe: (_socket, _id, { query, variables, operationName, extensions }) => {
      const facts = options.factsOf(headersOf(extensions));
      const document = prepare(query, subgraph, documents);
      if (!('kind' in document)) return document;
      return { schema: subgraph.schema, document, variableValues: variables, operationName, contextValue: subgraph.createContext(facts), facts } as Operation;
    },
    subscribe: (args) => watch(subgraph, args as Operation, options.clock),
    onOperation: (_socket, _id, _payload, args, result) => options.onBegun?.((args as Operation).facts.requestId, Symbol.asyncIterator in result),
    onError: (_socket, _id, { extensions }, errors) => maskErrors(errors as readonly GraphQLError[], options.factsOf(headersOf(extensions)), options.log),
    onNext: (_socket, _id, _payload, args, result) => (result.errors ? { ...result, errors: maskErrors(result.errors, (args as Operation).facts, options.log) } : result),
  }, sockets);
  return {
    async close() {
      const cut = setTimeout(() => { for (const socket of sockets.clients) socket.terminate(); }, CLOSE_WITHIN_MS);
      await service.dispose();
      clearTimeout(cut);
    },
  };
}

function prepare(text: string, { schema }: Subgraph, documents: Map<string, Prepared>): Prepared {
  const before = documents.get(text);
  if (before) return before;
  if (documents.size >= DOCUMENT_LIMIT) documents.clear();
  const prepared = check(text, schema);
  documents.set(text, prepared);
  return prepared;
}

function check(text: string, schema: Subgraph['schema']): Prepared {
  try {
    const document = parse(text);
    const problems = validate(schema, document);
    return problems.length > 0 ? [...problems] : document;
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

async function watch(subgraph: Subgraph, operation: Operation, clock: Clock): Promise<ExecutionResult | AsyncIterableIterator<ExecutionResult>> {
  const source = await createSourceEventStream(operation);
  if (!(Symbol.asyncIterator in source)) return source;
  let expiry: NodeJS.Timeout | undefined;
  // Each event gets a context of its own: loaders must not remember the rows of the event before.
  const stream = new LiveMap(source[Symbol.asyncIterator](), (event) => execute({ ...operation, rootValue: event, contextValue: subgraph.createContext(operation.facts) }), () => clearTimeout(expiry));
  const { identity } = operation.facts;
  if (identity) expiry = setTimeout(() => void stream.return(), Math.min(Math.max(0, identity.expiresAt * 1000 - clock.now()), TIMER_MAX_MS)).unref();
  return stream;
}

function headersOf(extensions: unknown): IncomingMessage['headers'] {
  const headers = (extensions as { headers?: Record<string, unknown> } | null | undefined)?.headers ?? {};
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => typeof value === 'string').map(([name, value]) => [name.toLowerCase(), value as string]));
}
