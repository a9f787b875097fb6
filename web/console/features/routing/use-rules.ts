import { computed, onUnmounted, ref, shallowRef } from 'vue';
import {
  ActivateRoutingRulesDocument, DryRunRoutingRulesDocument, RoutingRuleVersionDocument, RoutingRuleVersionsDocument, SaveRoutingRulesDocument,
  type Priority, type RoutingField, type RoutingRuleInput, type RoutingRuleVersionsQuery, type RuleVersionPartsFragment,
} from '../../../gql/graphql.ts';
import { ApiError, asApiError } from '../../../shared/graphql/errors.ts';
import { useCareline } from '../../../shared/state/careline.ts';

export type RuleVersion = RuleVersionPartsFragment;
export type RuleVersionName = NonNullable<RoutingRuleVersionsQuery['routingRuleVersions']>['nodes'][number];

export interface DraftCondition {
  field: RoutingField;
  values: string[];
}

/** A rule being edited. `id` tells rows apart while they move; it means nothing to the server. */
export interface DraftRule {
  id: number;
  name: string;
  queueId: string;
  priority: Priority | null;
  skills: Array<{ name: string; level: number }>;
  conditions: DraftCondition[];
}

export interface Refusal {
  field: readonly string[];
  code: string;
  message: string;
}

const POLL_MS = 1_000;
let lastId = 0;

export const blankRule = (queueId: string): DraftRule => ({ id: (lastId += 1), name: '', queueId, priority: null, skills: [], conditions: [] });

const draftOf = ({ rules }: RuleVersion): DraftRule[] => rules.map(({ name, queue, priority, skills, conditions }) => ({
  id: (lastId += 1), name, queueId: queue?.id ?? '', priority: priority ?? null, skills: skills.map((skill) => ({ name: skill.name, level: skill.level })),
  conditions: conditions.map(({ field, values }) => ({ field, values: [...values] })),
}));

export const inputOf = (rules: readonly DraftRule[]): RoutingRuleInput[] => rules.map(({ name, queueId, priority, skills, conditions }) => ({ name, queueId, priority, skills, conditions }));

/** Routing rules being written: the version they stand on, what was changed since, and its dry run. */
export function useRules() {
  const { api } = useCareline();
  const versions = shallowRef<RuleVersionName[]>([]);
  const version = shallowRef<RuleVersion | null>(null);
  const rules = ref<DraftRule[]>([]);
  const defaultQueueId = ref('');
  const saved = ref('');
  const error = ref<ApiError | null>(null);
  const refusal = ref<Refusal | null>(null);
  const isBusy = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;

  const written = () => JSON.stringify([inputOf(rules.value), defaultQueueId.value]);
  const isDirty = computed(() => version.value !== null && written() !== saved.value);
  const run = computed(() => version.value?.dryRun ?? null);
  const isRunning = computed(() => run.value?.state === 'QUEUED' || run.value?.state === 'RUNNING');

  function stand(on: RuleVersion): void {
    version.value = on;
    rules.value = draftOf(on);
    defaultQueueId.value = on.defaultQueue?.id ?? '';
    saved.value = written();
    refusal.value = null;
    follow();
  }

  /** While a dry run goes on, its version is read once a second. */
  function follow(): void {
    clearTimeout(timer);
    if (isRunning.value) timer = setTimeout(() => void poll(), POLL_MS);
  }

  async function poll(): Promise<void> {
    const id = version.value?.id;
    const found = await api.query(RoutingRuleVersionDocument, { id }, 'network-only').catch(() => null);
    if (found?.routingRuleVersion && found.routingRuleVersion.id === version.value?.id) version.value = found.routingRuleVersion;
    follow();
  }

  async function loadVersions(): Promise<void> {
    versions.value = (await api.query(RoutingRuleVersionsDocument, {}, 'network-only')).routingRuleVersions?.nodes ?? [];
  }

  /** Shows a version; null: the newest draft, else the one in force. */
  async function load(id: string | null): Promise<void> {
    error.value = null;
    try {
      await loadVersions();
      const wanted = id ?? versions.value[0]?.id ?? null;
      const found = (await api.query(RoutingRuleVersionDocument, { id: wanted }, 'network-only')).routingRuleVersion;
      if (!found) throw new ApiError('NOT_FOUND', '');
      stand(found);
    } catch (cause) {
      error.value = asApiError(cause);
    }
  }

  interface Answer {
    version?: RuleVersion | null;
    userErrors: Array<{ code: string; field?: string[] | null; message: string }>;
  }

  async function perform(ask: () => Promise<Answer>): Promise<boolean> {
    if (isBusy.value) return false;
    isBusy.value = true;
    refusal.value = null;
    try {
      const { version: next, userErrors: [first] } = await ask();
      if (first) refusal.value = { field: first.field ?? [], code: first.code, message: first.message };
      else if (next) stand(next);
      if (!first) await loadVersions().catch(() => undefined);
      return !first;
    } catch (cause) {
      refusal.value = { field: [], code: asApiError(cause).code, message: '' };
      return false;
    } finally {
      isBusy.value = false;
    }
  }

  const save = () => perform(async () => (await api.mutate(SaveRoutingRulesDocument, {
    input: { rules: inputOf(rules.value), defaultQueueId: defaultQueueId.value || null, expectedVersion: versions.value[0]?.number ?? null },
  })).saveRoutingRules);

  const activate = () => perform(async () => (await api.mutate(ActivateRoutingRulesDocument, { input: { versionId: version.value!.id } })).activateRoutingRules);

  const dryRun = () => perform(async () => {
    const { dryRun: begun, userErrors } = (await api.mutate(DryRunRoutingRulesDocument, { input: { versionId: version.value!.id, idempotencyKey: crypto.randomUUID() } })).dryRunRoutingRules;
    if (begun && version.value) version.value = { ...version.value, dryRun: begun };
    follow();
    return { userErrors };
  });

  onUnmounted(() => clearTimeout(timer));
  return { versions, version, rules, defaultQueueId, error, refusal, isBusy, isDirty, run, isRunning, load, save, dryRun, activate };
}

export type RulesState = ReturnType<typeof useRules>;
