import type { IncomingMessage, Server } from 'node:http';
import type { ExecutionArgs } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { Logger } from '../observe/index.ts';
import { maskErrors } from './mask-errors.ts';
import type { BaseContext, RequestFacts, Subgraph } from './subgraph.ts';

type FactsOf = (headers: IncomingMessage['headers']) => RequestFacts;

/**
 * graphql-ws on the path `/graphql` of `server`. All users share the gateway's one socket, therefore the
 * identity comes with each operation (`extensions.headers`), never with the connection.
 */
export function serveSockets(subgraph: Subgraph, server: Server, factsOf: FactsOf, log: Logger): { close(): Promise<void> } {
  const sockets = new WebSocketServer({ server, path: '/graphql', maxPayload: 1024 * 1024 });
  const mask = (errors: Parameters<typeof maskErrors>[0], args?: ExecutionArgs) => {
    const context = args?.contextValue as BaseContext | undefined;
    return maskErrors(errors, context ?? { requestId: 'socket', locale: 'ZH_CN' }, log);
  };
  const service = useServer({
    schema: subgraph.schema,
    context: (_socket, _id, operation) => subgraph.createContext(factsOf(headersOf(operation.extensions))),
    onError: (_socket, _id, _payload, errors) => mask(errors.filter((error) => 'originalError' in error) as never),
    onNext: (_socket, _id, _payload, args, result) => (result.errors ? { ...result, errors: mask(result.errors, args) } : result),
  }, sockets);
  return { close: async () => service.dispose() };
}

function headersOf(extensions: unknown): IncomingMessage['headers'] {
  const headers = (extensions as { headers?: Record<string, unknown> } | null | undefined)?.headers ?? {};
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => typeof value === 'string').map(([name, value]) => [name.toLowerCase(), value as string]));
}
