import { ref, watch, type Ref } from 'vue';
import { AgentsDocument, type AgentsQuery, type Presence } from '../../gql/graphql.ts';
import { useCareline } from '../state/careline.ts';
import { usePresence } from '../state/presence.ts';

export type Colleague = NonNullable<AgentsQuery['agents']>['nodes'][number];

const READINESS: readonly Presence[] = ['ONLINE', 'AWAY', 'OFFLINE'];

/** Agents whose name begins with the text (Chinese, pinyin or initials) and who may take the conversation, if one is named; who is there comes first. */
export function useColleagues(conversationId: string | null, text: Ref<string>) {
  const presence = usePresence();
  const rank = (agent: Colleague) => READINESS.indexOf(presence.agents.get(agent.id)?.presence ?? agent.presence);
  const found = ref<Colleague[]>([]);
  const isLoading = ref(false);
  let last = 0;

  watch(text, async (nameStartsWith) => {
    const turn = (last += 1);
    isLoading.value = true;
    const filter = { mayTakeConversationId: conversationId, nameStartsWith: nameStartsWith.trim() || null };
    const result = await useCareline().api.query(AgentsDocument, { filter, first: 20 }, 'cache-first').catch(() => null);
    if (turn !== last) return;
    found.value = [...result?.agents?.nodes ?? []].sort((one, other) => rank(one) - rank(other));
    isLoading.value = false;
  }, { immediate: true });

  return { found, isLoading };
}
