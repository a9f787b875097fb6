import { onMounted, shallowRef } from 'vue';
import { AgentsDocument, QueuesDocument } from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';

export interface Choice {
  id: string;
  name: string;
}

/** To whom and where a macro may pass a conversation: agents and queues by name. What a stored step names stays choosable though it is not in the list. */
export function useChoices() {
  const agents = shallowRef<Choice[]>([]);
  const queues = shallowRef<Choice[]>([]);

  onMounted(async () => {
    const { api } = useCareline();
    const [people, lines] = await Promise.all([
      api.query(AgentsDocument, { filter: {}, first: 100 }, 'cache-first').catch(() => null), api.query(QueuesDocument, {}, 'cache-first').catch(() => null),
    ]);
    agents.value = (people?.agents?.nodes ?? []).map((agent) => ({ id: agent.id, name: agent.displayName }));
    queues.value = (lines?.queues?.nodes ?? []).map((queue) => ({ id: queue.id, name: queue.name }));
  });
  return { agents, queues };
}
