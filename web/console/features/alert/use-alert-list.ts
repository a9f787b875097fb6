import { computed, ref, shallowRef } from 'vue';
import { AcknowledgeAlertDocument, AlertsDocument } from '../../../gql/graphql.ts';
import { asApiError, type ApiError } from '../../../shared/graphql/errors.ts';
import { useAlerts, type Alert } from '../../../shared/state/alerts.ts';
import { useCareline } from '../../../shared/state/careline.ts';

const PAGE = 50;

/** The list of warnings: read once and page by page, kept up to date by the stream. */
export function useAlertList() {
  const { api } = useCareline();
  const live = useAlerts();
  const read = shallowRef<Alert[]>([]);
  const isLoaded = ref(false);
  const isLoading = ref(false);
  const hasMore = ref(false);
  const error = ref<ApiError | null>(null);
  let endCursor: string | null = null;

  const alerts = computed(() => {
    const all = new Map(read.value.map((alert) => [alert.id, alert]));
    for (const alert of live.known.values()) all.set(alert.id, alert);
    return [...all.values()].sort((a, b) => Number(Boolean(a.clearedAt)) - Number(Boolean(b.clearedAt)) || b.raisedAt.localeCompare(a.raisedAt));
  });

  async function load(after: string | null = null): Promise<void> {
    if (isLoading.value) return;
    isLoading.value = true;
    error.value = null;
    try {
      const { alerts: page } = await api.query(AlertsDocument, { first: PAGE, after });
      read.value = [...(after ? read.value : []), ...(page?.nodes ?? [])];
      hasMore.value = page?.pageInfo.hasNextPage ?? false;
      endCursor = page?.pageInfo.endCursor ?? null;
      isLoaded.value = true;
    } catch (cause) {
      error.value = asApiError(cause);
    } finally {
      isLoading.value = false;
    }
  }

  /** The refusal in words, or null. Rejects when the server is out of reach. */
  async function acknowledge(alert: Alert): Promise<string | null> {
    const { acknowledgeAlert } = await api.mutate(AcknowledgeAlertDocument, { input: { alertId: alert.id } });
    if (acknowledgeAlert.alert) live.take(acknowledgeAlert.alert);
    return acknowledgeAlert.userErrors[0]?.message ?? null;
  }

  return { alerts, isLoaded, isLoading, hasMore, error, load, more: () => load(endCursor), acknowledge };
}
