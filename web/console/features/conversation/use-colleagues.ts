import { ref, watch, type Ref } from 'vue';
import { AgentsDocument, type AgentsQuery } from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';

export type Colleague = NonNullable<AgentsQuery['agents']>['nodes'][number];

/** Agents whose name begins with the text (Chinese, pinyin or initials) and who may take this conversation. */
export function useColleagues(conversationId: string, text: Ref<string>) {
  const found = ref<Colleague[]>([]);
  const isLoading = ref(false);
  let last = 0;

  watch(text, async (nameStartsWith) => {
    const turn = (last += 1);
    isLoading.value = true;
    const filter = { mayTakeConversationId: conversationId, nameStartsWith: nameStartsWith.trim() || null };
    const result = await useCareline().api.query(AgentsDocument, { filter, first: 20 }, 'cache-first').catch(() => null);
    if (turn !== last) return;
    found.value = result?.agents?.nodes ?? [];
    isLoading.value = false;
  }, { immediate: true });

  return { found, isLoading };
}
