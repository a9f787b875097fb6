import { refDebounced } from '@vueuse/core';
import { computed, ref, watch, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { FindMacrosDocument, MacroPlanDocument, RunMacroDocument, type FindMacrosQuery, type MacroPlanQuery } from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { useInbox } from '../../../shared/state/inbox.ts';
import { useToasts } from '../../../shared/state/toasts.ts';
import type { CloseConflict } from './use-close-conversation.ts';

export type FoundMacro = NonNullable<FindMacrosQuery['macros']>['nodes'][number];
type Node = NonNullable<MacroPlanQuery['node']>;
export type PlannedMacro = Extract<Node, { plan?: unknown }>;

const SHOWN = 20;

/** Macros for a conversation: found by name, planned by the server, and run: all steps or none. */
export function useMacros(conversationId: string, query: Ref<string>, lastSeenSeq: () => number) {
  const { t } = useI18n();
  const found = ref<FoundMacro[]>([]);
  const active = ref(0);
  const isLoading = ref(true);
  const hasFailed = ref(false);
  const plan = ref<PlannedMacro | null>(null);
  const refusal = ref<string | null>(null);
  const conflict = ref<CloseConflict | null>(null);
  const isRunning = ref(false);
  const chosen = computed(() => found.value[active.value] ?? null);
  const steps = computed(() => (plan.value && plan.value.id === chosen.value?.id ? (plan.value.plan ?? null) : null));
  const isStuck = computed(() => !steps.value || steps.value.some((step) => step.problem !== null));
  let turn = 0;
  let intent: { key: string; of: string } | null = null;

  watch(refDebounced(query, 120), async (text) => {
    const mine = (turn += 1);
    isLoading.value = true;
    const answer = await useCareline().api.query(FindMacrosDocument, { search: text.trim() || null, first: SHOWN }).catch(() => null);
    if (mine !== turn) return;
    found.value = answer?.macros?.nodes ?? [];
    hasFailed.value = !answer?.macros;
    active.value = 0;
    isLoading.value = false;
  }, { immediate: true });

  watch(chosen, () => { void look(); });

  /** What the chosen macro would do now. */
  async function look(): Promise<void> {
    const macro = chosen.value;
    refusal.value = null;
    if (!macro) return;
    const answer = await useCareline().api.query(MacroPlanDocument, { id: macro.id, conversationId }).catch(() => null);
    if (chosen.value?.id !== macro.id) return;
    plan.value = (answer?.node as PlannedMacro | null | undefined) ?? null;
    if (!plan.value) refusal.value = t('macro.run.failed');
  }

  /** True when it was run. The same intent has the same key, so that a retry after a cut does nothing twice. */
  async function run(isInsisted = false): Promise<boolean> {
    const macro = plan.value;
    if (!macro || isStuck.value || isRunning.value) return false;
    const seq = isInsisted ? (conflict.value?.lastSeq ?? lastSeenSeq()) : lastSeenSeq();
    const of = `${macro.id} ${macro.version} ${seq} ${isInsisted}`;
    if (intent?.of !== of) intent = { key: crypto.randomUUID(), of };
    isRunning.value = true;
    conflict.value = null;
    refusal.value = null;
    try {
      const input = { macroId: macro.id, conversationId, lastSeenSeq: seq, confirm: isInsisted, expectedVersion: macro.version, idempotencyKey: intent.key };
      const { runMacro } = await useCareline().api.mutate(RunMacroDocument, { input });
      if (runMacro.conversation) useInbox().put(runMacro.conversation);
      conflict.value = runMacro.conflict ?? null;
      if (runMacro.userErrors.length === 0) {
        useToasts().show(t('macro.run.done', { name: chosen.value?.name ?? '' }));
        return true;
      }
      if (!runMacro.conflict) {
        const message = runMacro.userErrors[0]!.message;
        await look();
        refusal.value = message;
      }
    } catch {
      refusal.value = t('macro.run.unreached');
    } finally {
      isRunning.value = false;
    }
    return false;
  }

  return { found, active, chosen, steps, isLoading, hasFailed, isStuck, isRunning, refusal, conflict, look, run };
}
