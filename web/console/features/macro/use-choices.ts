import { computed, onMounted, shallowRef } from 'vue';
import { AgentsDocument, QueuesDocument } from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { useDirectory } from '../../../shared/state/directory.ts';

export interface Choice {
  id: string;
  name: string;
}

export type Choices = Record<'agents' | 'queues' | 'teams' | 'categories', readonly Choice[]>;

/** To whom and where a macro may pass a conversation or a ticket, and as what: agents, queues, teams and categories by name. What a stored step names stays choosable though it is not in the list. */
export function useChoices() {
  const agents = shallowRef<Choice[]>([]);
  const queues = shallowRef<Choice[]>([]);

  const directory = useDirectory();
  const teams = computed<Choice[]>(() => directory.teams.map(({ id, name }) => ({ id, name })));
  /** A step names a category by its key, which is the same everywhere. */
  const categories = computed<Choice[]>(() => directory.categories.map(({ id, key }) => ({ id: key, name: directory.pathOf(id).map(({ name }) => name).join(' / ') })));

  onMounted(async () => {
    void directory.load();
    const { api } = useCareline();
    const [people, lines] = await Promise.all([
      api.query(AgentsDocument, { filter: {}, first: 100 }, 'cache-first').catch(() => null), api.query(QueuesDocument, {}, 'cache-first').catch(() => null),
    ]);
    agents.value = (people?.agents?.nodes ?? []).map((agent) => ({ id: agent.id, name: agent.displayName }));
    queues.value = (lines?.queues?.nodes ?? []).map((queue) => ({ id: queue.id, name: queue.name }));
  });
  return { agents, queues, teams, categories };
}
