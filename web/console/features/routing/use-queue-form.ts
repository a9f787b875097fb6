import { computed, ref, shallowRef } from 'vue';
import { QueueSettingsDocument, SaveQueueDocument, type QueueClosedAction, type QueueSettingsPartsFragment, type RoutingStrategy, type SaveQueueInput } from '../../../gql/graphql.ts';
import { asApiError, type ApiError } from '../../../shared/graphql/errors.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import type { Refusal } from './use-rules.ts';

export type QueueSettings = QueueSettingsPartsFragment;

/** A queue as its form holds it; empty texts mean none. */
export interface QueueDraft {
  name: string;
  key: string;
  teamIds: string[];
  strategy: RoutingStrategy[];
  skills: Array<{ name: string; level: number }>;
  skillSeconds: number | '';
  acceptSeconds: number;
  overflowQueueId: string;
  overflowSeconds: number | '';
  businessHoursId: string;
  closedAction: QueueClosedAction;
  closedZh: string;
  closedEn: string;
}

const BLANK: QueueDraft = {
  name: '', key: '', teamIds: [], strategy: ['LAST_AGENT', 'SKILL', 'LEAST_LOAD', 'LONGEST_IDLE'], skills: [], skillSeconds: '', acceptSeconds: 15, overflowQueueId: '', overflowSeconds: '',
  businessHoursId: '', closedAction: 'WAIT', closedZh: '', closedEn: '',
};

const draftOf = (queue: QueueSettings): QueueDraft => ({
  name: queue.name, key: queue.key, teamIds: queue.teams.map(({ id }) => id), strategy: [...queue.strategy], skills: queue.skills.map(({ name, level }) => ({ name, level })),
  skillSeconds: queue.skillSeconds ?? '', acceptSeconds: queue.acceptSeconds, overflowQueueId: queue.overflowQueue?.id ?? '', overflowSeconds: queue.overflowSeconds ?? '',
  businessHoursId: queue.businessHoursId ?? '', closedAction: queue.closedAction, closedZh: queue.closedWords?.zh ?? '', closedEn: queue.closedWords?.en ?? '',
});

function inputOf(draft: QueueDraft, queue: QueueSettings | null): SaveQueueInput {
  const { name, key, teamIds, strategy, skills, skillSeconds, acceptSeconds, overflowQueueId, overflowSeconds, businessHoursId, closedAction, closedZh, closedEn } = draft;
  return {
    ...(queue ? { queueId: queue.id, expectedVersion: queue.version } : { key }),
    name, teamIds, strategy, skills, skillSeconds: skillSeconds === '' ? null : skillSeconds, acceptSeconds, overflowQueueId, overflowSeconds: overflowSeconds === '' ? 0 : overflowSeconds,
    businessHoursId, closedAction, closedWords: { zh: closedZh, en: closedEn },
  };
}

/** The queues, and the one whose form is open; null: a new one. */
export function useQueueForm() {
  const { api } = useCareline();
  const queues = shallowRef<QueueSettings[] | null>(null);
  const queue = shallowRef<QueueSettings | null>(null);
  const draft = ref<QueueDraft>({ ...BLANK });
  const saved = ref('');
  const error = ref<ApiError | null>(null);
  const refusal = ref<Refusal | null>(null);
  const isBusy = ref(false);
  const isDirty = computed(() => saved.value !== '' && JSON.stringify(draft.value) !== saved.value);

  function open(one: QueueSettings | null): void {
    queue.value = one;
    draft.value = one ? draftOf(one) : { ...BLANK, strategy: [...BLANK.strategy], skills: [], teamIds: [] };
    saved.value = JSON.stringify(draft.value);
    refusal.value = null;
  }

  async function load(): Promise<void> {
    error.value = null;
    try {
      queues.value = (await api.query(QueueSettingsDocument, {}, 'network-only')).queues?.nodes ?? [];
    } catch (cause) {
      error.value = asApiError(cause);
    }
  }

  async function save(): Promise<boolean> {
    if (isBusy.value) return false;
    isBusy.value = true;
    refusal.value = null;
    try {
      const { queue: kept, userErrors: [first] } = (await api.mutate(SaveQueueDocument, { input: inputOf(draft.value, queue.value) })).saveQueue;
      if (first) refusal.value = { field: first.field ?? [], code: first.code, message: first.message };
      if (!kept) return false;
      open(kept);
      await load();
      return true;
    } catch (cause) {
      refusal.value = { field: [], code: asApiError(cause).code, message: '' };
      return false;
    } finally {
      isBusy.value = false;
    }
  }

  return { queues, queue, draft, error, refusal, isBusy, isDirty, open, load, save };
}
