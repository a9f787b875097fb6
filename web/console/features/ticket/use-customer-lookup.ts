import { refDebounced } from '@vueuse/core';
import { ref, watch, type Ref } from 'vue';
import { FindCustomerDocument, type FindCustomerQuery } from '../../../gql/graphql.ts';
import { asApiError } from '../../../shared/graphql/errors.ts';
import { useCareline } from '../../../shared/state/careline.ts';

export type FoundCustomer = NonNullable<NonNullable<FindCustomerQuery['findCustomer']>['customer']>;
export type Candidate = NonNullable<FindCustomerQuery['findCustomer']>['candidates'][number];

/** `unclear`: neither a number, an id nor a phone; `away`: nobody answered. */
export type LookupState = 'idle' | 'searching' | 'found' | 'several' | 'none' | 'unclear' | 'away';

const QUIET_MS = 250;
const LENGTH_MIN = 3;

/** Finds the person behind a customer number, id or phone while it is typed. The system never guesses: of several one is chosen. */
export function useCustomerLookup(text: Ref<string>) {
  const state = ref<LookupState>('idle');
  const customer = ref<FoundCustomer | null>(null);
  const candidates = ref<Candidate[]>([]);
  const isPhone = ref(false);
  let turn = 0;

  async function look(lookup: string): Promise<void> {
    const mine = ++turn;
    customer.value = null;
    candidates.value = [];
    if (lookup.length < LENGTH_MIN) {
      state.value = 'idle';
      return;
    }
    state.value = 'searching';
    try {
      const found = (await useCareline().api.query(FindCustomerDocument, { lookup })).findCustomer;
      if (mine !== turn) return;
      customer.value = found?.customer ?? null;
      candidates.value = found?.candidates ?? [];
      isPhone.value = found?.understoodAs === 'PHONE';
      state.value = customer.value ? 'found' : candidates.value.length > 0 ? 'several' : found?.understoodAs ? 'none' : 'unclear';
    } catch (cause) {
      if (mine === turn) state.value = asApiError(cause).code === 'BAD_USER_INPUT' ? 'unclear' : 'away';
    }
  }

  watch(refDebounced(text, QUIET_MS), (now) => { void look(now.trim()); }, { immediate: true });

  return { state, customer, candidates, isPhone, again: () => look(text.value.trim()) };
}
