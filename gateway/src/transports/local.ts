import { createSourceEventStream, execute, type DocumentNode, type ExecutionResult } from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import type { BaseContext, Subgraph } from '@careline/kit/graphql';
import type { Ask, OperationContext, SubgraphTransport } from './transport.ts';
import { LiveMap } from '@careline/kit/live';

type Compiled = CompiledQuery | ExecutionResult;

/**
 * Asks a subgraph that lives in this process, without serialising anything.
 *
 * Documents are compiled once and found again by identity, so callers must pass the same object for
 * the same text; the Rust planner and the document store do. The JS planner makes a new document for
 * each call: those are executed as they are.
 */
export function createLocalTransport(subgraph: Subgraph, isPlannerStable: boolean): SubgraphTransport {
  const compiled = new WeakMap<DocumentNode, Compiled>();
  const compile = (document: DocumentNode, operationName: string | null): Compiled => {
    const before = compiled.get(document);
    if (before) return before;
    const fresh = compileQuery(subgraph.schema, document, operationName ?? undefined) as Compiled;
    compiled.set(document, fresh);
    return fresh;
  };
  const query = (ask: Ask): Promise<ExecutionResult> | ExecutionResult => {
    const contextValue = contextOf(subgraph, ask.context);
    if (!ask.isDocumentStable && !isPlannerStable) {
      return execute({ schema: subgraph.schema, document: ask.document, variableValues: ask.variables, operationName: ask.operationName, contextValue });
    }
    const ready = compile(ask.document, ask.operationName);
    return isCompiledQuery(ready) ? ready.query(undefined, contextValue, ask.variables) : ready;
  };
  return {
    query: async (ask) => query(ask),
    subscribe: async (ask) => {
      const ready = compile(ask.document, ask.operationName);
      if (!isCompiledQuery(ready)) return ready;
      const source = await openSource(subgraph, ask);
      if (!isAsyncIterator(source)) return source;
      // Each event gets a context of its own: loaders must not remember the rows of the event before.
      return new LiveMap(source, (event) => ready.query(event, subgraph.createContext(ask.context.facts), ask.variables));
    },
    health: () => subgraph.health(),
    close: async () => undefined,
  };
}

/** One context for each subgraph and operation, so that all fetches of a plan share their loaders. */
function contextOf(subgraph: Subgraph, context: OperationContext): BaseContext {
  const before = context.contexts.get(subgraph.name);
  if (before) return before;
  const fresh = subgraph.createContext(context.facts);
  context.contexts.set(subgraph.name, fresh);
  return fresh;
}

async function openSource(subgraph: Subgraph, ask: Ask): Promise<AsyncIterator<unknown> | ExecutionResult> {
  const source = await createSourceEventStream({
    schema: subgraph.schema, document: ask.document, variableValues: ask.variables, operationName: ask.operationName,
    contextValue: subgraph.createContext(ask.context.facts),
  });
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source;
}

const isAsyncIterator = (value: AsyncIterator<unknown> | ExecutionResult): value is AsyncIterator<unknown> => 'next' in value;
