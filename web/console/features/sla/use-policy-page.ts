import { computed, ref, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { onBeforeRouteLeave, onBeforeRouteUpdate, useRoute, useRouter } from 'vue-router';
import { useEventListener } from '@vueuse/core';
import { useSession } from '../../../shared/state/session.ts';
import { useToasts } from '../../../shared/state/toasts.ts';
import { useDryRun } from './use-dry-run.ts';
import { NEW, usePolicy, type PolicyVersion } from './use-policy.ts';

/** The dialogs of the page; one is open at a time. */
export type Asked = { kind: 'activate'; version: PolicyVersion } | { kind: 'versions' } | { kind: 'compare'; from: PolicyVersion; to: PolicyVersion } | { kind: 'stale'; newest: PolicyVersion } | { kind: 'leave'; answer(mayGo: boolean): void };

/** Why a version cannot be activated now, as the end of a word's key; null when it can. */
type Hindrance = 'dirty' | 'mistakes' | 'unchecked' | 'active' | 'dryRun' | 'none' | null;

/** What the page of one policy document does: its verbs, what stands in their way, and what is asked before work would be lost. */
export function usePolicyPage() {
  const { t } = useI18n();
  const route = useRoute();
  const router = useRouter();
  const session = useSession();
  const toasts = useToasts();
  const id = computed(() => String(route.params['document'] ?? '') || null);
  const policy = usePolicy(() => id.value);
  const dry = useDryRun(() => { void policy.refresh(); });
  const name = ref('');
  const nameError = ref<string | null>(null);
  const asked = ref<Asked | null>(null);
  const isBusy = ref(false);

  const isNew = computed(() => id.value === NEW);
  const mayWrite = computed(() => session.may('sla:write'));
  const mayActivate = computed(() => session.may('sla:activate'));
  const active = computed(() => policy.document.value?.activeVersion ?? null);
  const hindrance = computed<Hindrance>(() => {
    const version = policy.version.value;
    if (policy.isValid.value === false) return 'mistakes';
    if (policy.isDirty.value) return 'dirty';
    if (!version) return 'none';
    if (version.state === 'ACTIVE') return 'active';
    if (policy.isValid.value === null) return 'unchecked';
    return version.activatedAt === null && version.dryRun?.state !== 'DONE' ? 'dryRun' : null;
  });

  watch(() => policy.version.value?.id ?? null, (versionId) => dry.show(versionId, policy.version.value?.dryRun ?? null));

  /** Keeps the text; true when it is kept. `over`: the newer version that the person has seen. */
  async function save(over?: PolicyVersion): Promise<boolean> {
    if (!mayWrite.value || isBusy.value) return false;
    if (!policy.isDirty.value && !over) return true;
    nameError.value = isNew.value && !name.value.trim() ? t('policy.name.missing') : null;
    if (nameError.value) return false;
    isBusy.value = true;
    const outcome = await (over ? policy.save(null, over.number) : policy.save(isNew.value ? name.value.trim() : null));
    isBusy.value = false;
    if (outcome.kind === 'stale') asked.value = { kind: 'stale', newest: outcome.newest };
    if (outcome.kind === 'refused') toasts.show(outcome.message || t('common.error.INTERNAL'));
    if (outcome.kind === 'unreached') toasts.show(t('policy.save.unreached'));
    if (outcome.kind !== 'done') return false;
    asked.value = null;
    toasts.show(t('policy.save.done', { number: policy.version.value!.number }));
    if (isNew.value) await router.replace({ name: 'policies', params: { document: policy.documentId() } });
    return true;
  }

  async function run(): Promise<void> {
    if (!(await save()) || !policy.version.value) return;
    const refusal = await dry.start(policy.version.value.id);
    if (refusal !== null) toasts.show(refusal || t('policy.dry.unreached'));
  }

  async function compare(): Promise<void> {
    if (mayWrite.value && !(await save())) return;
    if (active.value && policy.version.value) asked.value = { kind: 'compare', from: active.value, to: policy.version.value };
  }

  /** Takes an older text into the editor; it becomes a version when it is saved. */
  function restore(version: PolicyVersion): void {
    policy.text.value = version.yaml;
    asked.value = null;
    toasts.show(t('policy.versions.restored', { number: version.number }));
  }

  function mayGo(): Promise<boolean> | boolean {
    if (!mayWrite.value || !policy.isDirty.value || (isNew.value && policy.isUntouched())) return true;
    return new Promise((resolve) => {
      asked.value = { kind: 'leave', answer: (answer) => { if (asked.value?.kind === 'leave') asked.value = null; resolve(answer); } };
    });
  }
  onBeforeRouteLeave(mayGo);
  onBeforeRouteUpdate((to) => (to.params['document'] === policy.documentId() ? true : mayGo()));
  useEventListener(window, 'beforeunload', (event) => { if (mayWrite.value && policy.isDirty.value && !policy.isUntouched()) event.preventDefault(); });

  return { policy, dry, name, nameError, asked, isBusy, isNew, mayWrite, mayActivate, active, hindrance, save, run, compare, restore };
}

export type PolicyPageState = ReturnType<typeof usePolicyPage>;
