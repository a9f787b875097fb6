import type { SubgraphName } from '@careline/schema';

/**
 * How one subgraph asks another for what events do not carry. The asker speaks as SYSTEM.
 * Throws UNAVAILABLE when the other part is away; the caller decides what still works without it.
 */
export interface Services {
  query<Data>(subgraph: SubgraphName, document: string, variables?: Record<string, unknown>): Promise<Data>;
}
