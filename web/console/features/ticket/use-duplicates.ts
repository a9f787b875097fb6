import { refDebounced } from '@vueuse/core';
import { computed, ref, watch } from 'vue';
import { DuplicateTicketsDocument, type DuplicateTicketsQuery } from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';

type Duplicate = NonNullable<DuplicateTicketsQuery['duplicateTickets']>[number];

const QUIET_MS = 500;

/** Tickets in which the same person asked much the same within a day, most similar first. Silent when that cannot be told. */
export function useDuplicates(asked: () => { customerId: string | null; text: string }) {
  const duplicates = ref<Duplicate[]>([]);
  let turn = 0;

  watch(refDebounced(computed(asked), QUIET_MS), async ({ customerId, text }) => {
    const mine = ++turn;
    const found = customerId && text.trim()
      ? (await useCareline().api.query(DuplicateTicketsDocument, { customerId, text: text.slice(0, 2_000) }).catch(() => null))?.duplicateTickets ?? []
      : [];
    if (mine === turn) duplicates.value = found;
  }, { immediate: true });

  return duplicates;
}
