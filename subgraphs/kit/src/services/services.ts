import type { SubgraphName } from '@careline/schema';
import type { RequestFacts } from '../graphql/index.ts';

/**
 * How one subgraph asks another for what events do not carry. The asker speaks as SYSTEM, or with `as` for a person, who is
 * told what that person may see and no more.
 * Throws UNAVAILABLE when the other part is away; the caller decides what still works without it.
 */
export interface Services {
  query<Data>(subgraph: SubgraphName, document: string, variables?: Record<string, unknown>, as?: RequestFacts): Promise<Data>;
}
