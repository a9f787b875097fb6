import { createAnalytics } from '@careline/analytics/subgraph';
import { createConversations } from '@careline/conversations/subgraph';
import type { ProcessDeps } from '@careline/kit/deps';
import type { Subgraph } from '@careline/kit/graphql';
import { createKnowledge } from '@careline/knowledge/subgraph';
import { createTickets } from '@careline/tickets/subgraph';

const FACTORIES = [createConversations, createTickets, createKnowledge, createAnalytics];

/** The four subgraphs in this process, each able to ask the others, with their databases up to date. */
export async function openSubgraphs(deps: ProcessDeps): Promise<Subgraph[]> {
  const subgraphs: Subgraph[] = [];
  for (const create of FACTORIES) {
    const subgraph = await create(deps);
    deps.services.register(subgraph);
    subgraphs.push(subgraph);
  }
  for (const subgraph of subgraphs) await subgraph.migrate();
  return subgraphs;
}

/** Lets them finish in the reverse order of their making. */
export async function closeSubgraphs(subgraphs: readonly Subgraph[]): Promise<void> {
  for (const subgraph of [...subgraphs].reverse()) await subgraph.stop();
}
