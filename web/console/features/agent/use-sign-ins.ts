import { computed, ref } from 'vue';
import { EndSignInDocument, SignInsDocument, type SignInsQuery } from '../../../gql/graphql.ts';
import { asApiError, type ApiError } from '../../../shared/graphql/errors.ts';
import { useCareline } from '../../../shared/state/careline.ts';

export type Device = NonNullable<SignInsQuery['signIns']>['nodes'][number];

/** Where the agent is signed in, the present device first, then by last use; and ending the others. */
export function useSignIns() {
  const { api } = useCareline();
  const devices = ref<Device[] | null>(null);
  const error = ref<ApiError | null>(null);
  const busyIds = ref(new Set<string>());
  const others = computed(() => devices.value?.filter((device) => !device.isCurrent) ?? []);

  async function load(): Promise<void> {
    error.value = null;
    const found: Device[] = [];
    try {
      for (let after: string | null = null, hasMore = true; hasMore;) {
        const { signIns }: SignInsQuery = await api.query(SignInsDocument, { after });
        found.push(...(signIns?.nodes ?? []));
        hasMore = signIns?.pageInfo.hasNextPage ?? false;
        after = signIns?.pageInfo.endCursor ?? null;
      }
      devices.value = found.sort((one, other) => Number(other.isCurrent) - Number(one.isCurrent) || other.lastUsedAt.localeCompare(one.lastUsedAt));
    } catch (cause) {
      error.value = asApiError(cause);
    }
  }

  /** Ends these sign-ins one after the other; answers with the first refusal. Rejects when the server is out of reach. */
  async function end(ended: readonly Device[]): Promise<string | null> {
    ended.forEach(({ id }) => busyIds.value.add(id));
    try {
      for (const { id } of ended) {
        const { endSignIn } = await api.mutate(EndSignInDocument, { input: { signInId: id } });
        const refusal = endSignIn.userErrors[0]?.message;
        if (refusal) return refusal;
        devices.value = devices.value?.filter((device) => device.id !== id) ?? null;
      }
      return null;
    } finally {
      busyIds.value.clear();
    }
  }

  return { devices, others, error, busyIds, load, end };
}
