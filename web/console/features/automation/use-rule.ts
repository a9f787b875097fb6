import { useEventListener } from '@vueuse/core';
import { computed, reactive, ref, shallowRef, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { onBeforeRouteLeave, onBeforeRouteUpdate, useRoute, useRouter } from 'vue-router';
import { ActivateAutomationRuleDocument, AutomationRuleDocument, SaveAutomationRuleDocument, type RulePartsFragment, type AutomationVersionPartsFragment } from '../../../gql/graphql.ts';
import { ApiError, asApiError } from '../../../shared/graphql/errors.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { useSession } from '../../../shared/state/session.ts';
import { useToasts } from '../../../shared/state/toasts.ts';
import { begun, contentOf, draftOf, inputOf, isSame, type RuleDraft } from './rule-draft.ts';
import { useRuleRun } from './use-rule-run.ts';

export type Rule = RulePartsFragment;
export type RuleVersion = AutomationVersionPartsFragment;
export const NEW = 'new';

/** The dialogs of the page; one is open at a time. */
export type Asked = { kind: 'versions' } | { kind: 'tickets'; runId: string } | { kind: 'activate'; version: RuleVersion } | { kind: 'stale'; rule: Rule } | { kind: 'leave'; answer(mayGo: boolean): void };

interface Problem {
  field: readonly string[];
  message: string;
}

const isWithin = (path: readonly string[], field: readonly string[]) => field.every((part, place) => path[place] === part);

/** What the page of one rule does: its verbs, what stands in their way, and what is asked before work would be lost. */
export function useRule() {
  const { t } = useI18n();
  const route = useRoute();
  const router = useRouter();
  const toasts = useToasts();
  const id = computed(() => String(route.params['rule'] ?? ''));
  const isNew = computed(() => id.value === NEW);
  const mayWrite = useSession().may('automation:write');
  const rule = shallowRef<Rule | null>(null);
  const draft = reactive<RuleDraft>(begun());
  const saved = shallowRef<RuleDraft>(begun());
  const error = ref<ApiError | null>(null);
  const problem = ref<Problem | null>(null);
  const asked = ref<Asked | null>(null);
  const isBusy = ref(false);
  let turn = 0;
  let intent = crypto.randomUUID();

  const version = computed<RuleVersion | null>(() => rule.value?.versions[0] ?? null);
  const isDirty = computed(() => !isSame(draft, saved.value));
  const content = computed(() => contentOf(draft));
  const inForce = computed(() => (rule.value?.isEnabled ? rule.value.activeVersion : null));
  const dry = useRuleRun(() => { void refresh(); });
  /** Why the version cannot be put in force now, as the end of a word's key; null when it can. */
  const hindrance = computed(() => {
    if (!version.value || isDirty.value) return 'dirty';
    if (inForce.value?.id === version.value.id) return 'active';
    return version.value.activatedAt === null && version.value.dryRun?.state !== 'DONE' ? 'dryRun' : null;
  });

  function stand(on: RuleDraft): void {
    saved.value = on;
    // The draft has steps of its own: what is typed must not change what was saved.
    Object.assign(draft, structuredClone(on));
    problem.value = null;
  }

  function take(found: Rule, isDraftKept = false): void {
    rule.value = found;
    const [newest] = found.versions;
    if (newest && !isDraftKept) stand(draftOf(found.name, newest));
  }

  async function load(): Promise<void> {
    const mine = ++turn;
    error.value = null;
    rule.value = null;
    stand(begun());
    if (isNew.value) return;
    try {
      const found = (await useCareline().api.query(AutomationRuleDocument, { id: id.value })).automationRule;
      if (mine !== turn) return;
      if (!found) throw new ApiError('NOT_FOUND', '');
      take(found);
    } catch (cause) {
      if (mine === turn) error.value = asApiError(cause);
    }
  }

  /** Reads the rule again without touching what is being written. */
  async function refresh(): Promise<void> {
    const found = rule.value && (await useCareline().api.query(AutomationRuleDocument, { id: rule.value.id }).catch(() => null))?.automationRule;
    if (found && found.id === rule.value?.id) rule.value = found;
  }

  /** Keeps the draft; true when it is kept. `over`: the newer version that the person has seen. */
  async function save(over: number | null = null): Promise<boolean> {
    if (!mayWrite || isBusy.value) return false;
    if (!isDirty.value && rule.value) return true;
    isBusy.value = true;
    const input = { ...inputOf(draft), ruleId: rule.value?.id ?? null, baseVersion: over ?? version.value?.number ?? null, idempotencyKey: intent };
    const answer = await useCareline().api.mutate(SaveAutomationRuleDocument, { input }).catch(() => null);
    isBusy.value = false;
    if (!answer) {
      toasts.show(t('rule.save.unreached'));
      return false;
    }
    const { rule: found, userErrors: [refusal] } = answer.saveAutomationRule;
    intent = crypto.randomUUID();
    if (refusal) return refused(refusal, found ?? null);
    asked.value = null;
    take(found!);
    toasts.show(t('rule.save.done', { number: found!.versions[0]!.number }));
    if (isNew.value) await router.replace({ name: 'rule', params: { rule: found!.id } });
    return true;
  }

  function refused({ code, field, message }: { code: string; field?: string[] | null; message: string }, found: Rule | null): false {
    if (code === 'STALE_VERSION' && found) asked.value = { kind: 'stale', rule: found };
    else if (field) problem.value = { field, message };
    else toasts.show(message);
    return false;
  }

  async function run(): Promise<void> {
    if (!(await save()) || !version.value) return;
    const refusal = await dry.start(version.value.id);
    if (refusal !== null) toasts.show(refusal || t('rule.dry.unreached'));
  }

  /** Puts a version in force, or switches the rule off. Returns the refusal; null when it is so. */
  async function activate(versionId: string | null): Promise<string | null> {
    if (isBusy.value || !rule.value) return '';
    isBusy.value = true;
    const answer = await useCareline().api.mutate(ActivateAutomationRuleDocument, { input: { ruleId: rule.value.id, versionId } }).catch(() => null);
    isBusy.value = false;
    const found = answer?.activateAutomationRule.rule;
    if (!found) return answer?.activateAutomationRule.userErrors[0]?.message ?? t('rule.activate.unreached');
    take(found, true);
    toasts.show(versionId ? t('rule.activate.done', { number: found.activeVersion?.number ?? '' }) : t('rule.activate.off'));
    return null;
  }

  /** The message for a field of the draft; null when nothing is wrong with it. */
  const problemAt = (...field: string[]): string | null => (problem.value && isWithin(problem.value.field, field) ? problem.value.message : null);

  /** Takes an older version into the form; it becomes a version when it is saved. */
  function restore(older: RuleVersion): void {
    Object.assign(draft, draftOf(draft.name, older));
    asked.value = null;
    toasts.show(t('rule.versions.restored', { number: older.number }));
  }

  function mayGo(): Promise<boolean> | boolean {
    if (!mayWrite || !isDirty.value) return true;
    return new Promise((resolve) => {
      asked.value = { kind: 'leave', answer: (answer) => { if (asked.value?.kind === 'leave') asked.value = null; resolve(answer); } };
    });
  }

  watch(id, (now) => { if (now && now !== rule.value?.id) void load(); }, { immediate: true });
  watch(() => version.value?.id ?? null, () => dry.show(version.value?.dryRun ?? null));
  watch(draft, () => { problem.value = null; });
  onBeforeRouteLeave(mayGo);
  onBeforeRouteUpdate((to) => (to.params['rule'] === rule.value?.id ? true : mayGo()));
  useEventListener(window, 'beforeunload', (event) => { if (mayWrite && isDirty.value) event.preventDefault(); });

  return { rule, draft, version, content, error, asked, isBusy, isNew, isDirty, mayWrite, inForce, hindrance, dry, load, save, run, activate, restore, problemAt, take };
}

export type RulePageState = ReturnType<typeof useRule>;
