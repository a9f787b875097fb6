import { getExecutorForUnifiedGraph, type UnifiedGraphHandler } from '@graphql-hive/gateway-runtime';
import { MapperKind, mapSchema, type ExecutionRequest, type ExecutionResult as HiveResult, type MaybeAsyncIterable } from '@graphql-tools/utils';
import { appError } from '@careline/kit/errors';
import { scalars } from '@careline/kit/graphql';
import { isEnumType, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import type { OperationContext, SubgraphTransport } from './transports/transport.ts';

export type Planner = 'rust' | 'js';

/** The composed graph: its public schema, and the planner that splits what one subgraph cannot answer alone. */
export interface Supergraph {
  /** To check documents and variables by, with scalars that know what fits them; the planner has its own. */
  schema: GraphQLSchema;
  execute(document: DocumentNode, variables: Record<string, unknown>, operationName: string | null, context: OperationContext): Promise<ExecutionResult>;
  close(): Promise<void>;
}

/** Loads the supergraph; the planner is ready when this returns. */
export async function openSupergraph(sdl: string, planner: Planner, transports: ReadonlyMap<string, SubgraphTransport>): Promise<Supergraph> {
  let schema: GraphQLSchema | null = null;
  const handleUnifiedGraph = planner === 'rust' ? await withRustPlanner() : undefined;
  const execute = getExecutorForUnifiedGraph<OperationContext>({
    getUnifiedGraph: () => sdl,
    ...(handleUnifiedGraph ? { handleUnifiedGraph } : {}),
    // Merging the fetches of one tick would write a new document each time, and compiled ones are found by identity.
    batch: false,
    transports: { careline: { getSubgraphExecutor: ({ subgraphName }) => (request) => fetchFrom(transports, subgraphName, request) } },
    transportEntryAdditions: { '*': { kind: 'careline' } },
    onUnifiedGraphChange: (loaded) => { schema = loaded; },
  });
  const run = async (document: DocumentNode, variables: Record<string, unknown>, operationName: string | null, context: OperationContext) =>
    single(await execute({ document, variables, operationName: operationName ?? undefined, operationType: undefined, context } as ExecutionRequest));
  await execute(WARM_UP as unknown as ExecutionRequest);
  if (!schema) throw new Error('the supergraph was not loaded');
  return { schema: withScalars(schema), execute: run, close: async () => { await execute[Symbol.asyncDispose](); } };
}

async function withRustPlanner(): Promise<UnifiedGraphHandler> {
  const { unifiedGraphHandler } = await import('@graphql-hive/router-runtime');
  return async (options) => {
    const handled = await unifiedGraphHandler(options);
    forgetPlacesOfEnumValues(handled.unifiedGraph);
    return handled;
  };
}

/** Whether a value may be shown is read from all its directives, for each value of each answer: those that say which subgraphs know it are left out. */
function forgetPlacesOfEnumValues(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap()).filter(isEnumType)) {
    for (const value of type.getValues()) {
      if (value.astNode) value.astNode = { ...value.astNode, directives: value.astNode.directives?.filter(({ name }) => name.value !== 'join__enumValue') };
    }
  }
}

const withScalars = (schema: GraphQLSchema) => mapSchema(schema, { [MapperKind.SCALAR_TYPE]: (type) => scalars[type.name] ?? type });

const WARM_UP = {
  document: { kind: 'Document', definitions: [{ kind: 'OperationDefinition', operation: 'query', selectionSet: { kind: 'SelectionSet', selections: [{ kind: 'Field', name: { kind: 'Name', value: '__typename' } }] } }] },
  context: {},
};

async function fetchFrom(transports: ReadonlyMap<string, SubgraphTransport>, name: string, request: ExecutionRequest): Promise<HiveResult> {
  const transport = transports.get(name);
  if (!transport) throw appError('UNAVAILABLE', { internal: `no transport leads to ${name}` });
  return transport.query({
    document: request.document, variables: request.variables ?? {}, operationName: request.operationName ?? null,
    context: request.context as OperationContext, isDocumentStable: false,
  }) as Promise<HiveResult>;
}

function single(result: MaybeAsyncIterable<HiveResult>): ExecutionResult {
  if (Symbol.asyncIterator in result) throw new Error('a live stream went through the planner');
  return result as ExecutionResult;
}
