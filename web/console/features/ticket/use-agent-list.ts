import { ref } from 'vue';
import { AgentsDocument, type AgentsQuery } from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';

type Agent = NonNullable<AgentsQuery['agents']>['nodes'][number];
const PAGES_MAX = 5;

/** Everybody a ticket can be given to, by name; the first 500. */
export function useAgentList() {
  const found = ref<Agent[]>([]);
  const isAway = ref(false);

  async function load(): Promise<void> {
    try {
      for (let after: string | null = null, page = 0; page < PAGES_MAX; page += 1) {
        const { agents }: AgentsQuery = await useCareline().api.query(AgentsDocument, { first: 100, after }, 'cache-first');
        found.value = [...found.value, ...(agents?.nodes ?? [])];
        after = agents?.pageInfo.endCursor ?? null;
        if (!agents?.pageInfo.hasNextPage) return;
      }
    } catch {
      isAway.value = true;
    }
  }

  void load();
  return { found, isAway };
}
