import type { DocumentNode, ExecutionResult } from 'graphql';
import type { BaseContext, HealthReport, RequestFacts } from '@careline/kit/graphql';

/** What travels with one operation through the planner to the subgraphs. */
export interface OperationContext {
  facts: RequestFacts;
  /** Contexts of the subgraphs in this process, made when first asked. */
  contexts: Map<string, BaseContext>;
}

/** One question to one subgraph. */
export interface Ask {
  document: DocumentNode;
  variables: Record<string, unknown>;
  operationName: string | null;
  context: OperationContext;
  /** The same document object comes again with the next call of the same operation. */
  isDocumentStable: boolean;
}

/** How the gateway reaches one subgraph. Throws UNAVAILABLE when it is away. */
export interface SubgraphTransport {
  query(ask: Ask): Promise<ExecutionResult>;
  subscribe(ask: Ask): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;
  health(): Promise<HealthReport>;
  close(): Promise<void>;
}
