import { computed, ref, shallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { AttainmentLimitsDocument, SaveAttainmentLimitsDocument, type LimitsPartsFragment } from '../../../gql/graphql.ts';
import { asApiError, type ApiError } from '../../../shared/graphql/errors.ts';
import { useCareline } from '../../../shared/state/careline.ts';

/** What the form holds, as people write it: percentages with one decimal. */
export interface LimitsDraft {
  threshold: string;
  rearm: string;
  sampleMin: string;
}

const draftOf = ({ threshold, rearm, sampleMin }: LimitsPartsFragment): LimitsDraft => ({ threshold: (threshold * 100).toFixed(1), rearm: (rearm * 100).toFixed(1), sampleMin: String(sampleMin) });

/** From when on the attainment of a day warns, and changing that. */
export function useLimits() {
  const { api } = useCareline();
  const { t } = useI18n();
  const limits = shallowRef<LimitsPartsFragment | null>(null);
  const draft = ref<LimitsDraft>({ threshold: '', rearm: '', sampleMin: '' });
  const problem = ref<{ field: string | null; message: string } | null>(null);
  const error = ref<ApiError | null>(null);
  const isBusy = ref(false);
  const isDirty = computed(() => limits.value !== null && JSON.stringify(draft.value) !== JSON.stringify(draftOf(limits.value)));

  function take(given: LimitsPartsFragment): void {
    limits.value = given;
    draft.value = draftOf(given);
  }

  async function load(): Promise<void> {
    try {
      const { attainmentLimits } = await api.query(AttainmentLimitsDocument, {}, 'network-only');
      if (attainmentLimits) take(attainmentLimits);
      error.value = null;
    } catch (cause) {
      error.value = asApiError(cause);
    }
  }

  /** Saves what the form holds; true when it was saved. What others saved meanwhile is shown, and nothing is overwritten. */
  async function save(): Promise<boolean> {
    if (isBusy.value || !limits.value) return false;
    const [threshold, rearm, sampleMin] = [Number(draft.value.threshold) / 100, Number(draft.value.rearm) / 100, Number(draft.value.sampleMin)];
    const wrong = !Number.isFinite(threshold) ? 'threshold' : !Number.isFinite(rearm) ? 'rearm' : !Number.isInteger(sampleMin) ? 'sampleMin' : null;
    problem.value = wrong ? { field: wrong, message: t('alert.limits.number') } : null;
    if (wrong) return false;
    isBusy.value = true;
    const answer = await api.mutate(SaveAttainmentLimitsDocument, { input: { threshold, rearm, sampleMin, expectedVersion: limits.value.version } }).catch(() => null);
    isBusy.value = false;
    const outcome = answer?.saveAttainmentLimits;
    const [refusal] = outcome?.userErrors ?? [];
    if (!outcome || refusal) problem.value = { field: refusal?.field?.[0] ?? null, message: refusal?.message ?? t('conversation.verb.unreached') };
    if (outcome?.limits) take(outcome.limits);
    return outcome != null && !refusal;
  }

  return { limits, draft, problem, error, isBusy, isDirty, load, save };
}
