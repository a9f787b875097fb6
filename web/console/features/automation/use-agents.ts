import { shallowRef } from 'vue';
import { AgentsDocument, type AgentsQuery } from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { useDirectory } from '../../../shared/state/directory.ts';

export interface NamedAgent {
  id: string;
  name: string;
}

const PAGE = 100;

/** Every agent by name, read once for the page; empty while nobody answers. */
export function useAgents() {
  const agents = shallowRef<NamedAgent[]>([]);
  const directory = useDirectory();

  async function load(): Promise<void> {
    const found: NamedAgent[] = [];
    for (let after: string | null = null, isMore = true; isMore;) {
      const page: AgentsQuery['agents'] = (await useCareline().api.query(AgentsDocument, { first: PAGE, after }, 'cache-first').catch(() => null))?.agents ?? null;
      for (const agent of page?.nodes ?? []) {
        directory.learn(agent);
        found.push({ id: agent.id, name: agent.displayName });
      }
      isMore = page?.pageInfo.hasNextPage ?? false;
      after = page?.pageInfo.endCursor ?? null;
    }
    agents.value = found.sort((one, other) => one.name.localeCompare(other.name));
  }
  void load();
  return agents;
}
