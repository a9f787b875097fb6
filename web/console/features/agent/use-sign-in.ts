import { ref } from 'vue';
import { useI18n } from 'vue-i18n';
import type { UserErrorCode } from '../../../gql/graphql.ts';
import { asApiError } from '../../../shared/graphql/errors.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { startWork } from '../../../shared/state/work.ts';

export interface Refused {
  code: UserErrorCode;
  field?: string[] | null;
  message: string;
}

/** Signs in and starts the agent's work; what stood in the way is in `problem`, by field in `refused`. */
export function useSignIn() {
  const { t, te } = useI18n();
  const isBusy = ref(false);
  const problem = ref<string | null>(null);
  const isLockedOut = ref(false);
  const refused = ref<Refused[]>([]);

  /** True when signed in. */
  async function enter(act: () => Promise<{ accessToken?: string | null; userErrors: Refused[] }>): Promise<boolean> {
    isBusy.value = true;
    problem.value = null;
    isLockedOut.value = false;
    refused.value = [];
    try {
      const { accessToken, userErrors } = await act();
      if (accessToken) {
        await startWork();
        return true;
      }
      refused.value = userErrors;
      isLockedOut.value = userErrors.some((error) => error.code === 'LOCKED_OUT');
      problem.value = userErrors.find((error) => !error.field?.length)?.message ?? null;
    } catch (cause) {
      const { code } = asApiError(cause);
      problem.value = te(`agent.signIn.error.${code}`) ? t(`agent.signIn.error.${code}`) : t('agent.signIn.error.INTERNAL');
    } finally {
      isBusy.value = false;
    }
    return false;
  }

  const errorOf = (field: string) => refused.value.find((error) => error.field?.at(-1) === field)?.message ?? null;
  const signIn = (name: string, password: string) => enter(() => useCareline().session.signIn({ name, password }));
  return { isBusy, problem, isLockedOut, errorOf, enter, signIn };
}
