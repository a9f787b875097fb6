import { refDebounced } from '@vueuse/core';
import { computed, ref, watch, type Ref } from 'vue';
import { FindMacrosDocument, type FindMacrosQuery } from '../../gql/graphql.ts';
import { useCareline } from '../state/careline.ts';

export type FoundMacro = NonNullable<FindMacrosQuery['macros']>['nodes'][number];

const SHOWN = 20;

/** Macros found by name, and the one that is chosen among them. */
export function useMacroList(query: Ref<string>) {
  const found = ref<FoundMacro[]>([]);
  const active = ref(0);
  const isLoading = ref(true);
  const hasFailed = ref(false);
  const chosen = computed(() => found.value[active.value] ?? null);
  let turn = 0;

  watch(refDebounced(query, 120), async (text) => {
    const mine = (turn += 1);
    isLoading.value = true;
    const answer = await useCareline().api.query(FindMacrosDocument, { search: text.trim() || null, first: SHOWN }).catch(() => null);
    if (mine !== turn) return;
    found.value = answer?.macros?.nodes ?? [];
    hasFailed.value = !answer?.macros;
    active.value = 0;
    isLoading.value = false;
  }, { immediate: true });

  return { found, active, chosen, isLoading, hasFailed };
}
