import { ref, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { RunMacroDocument, RunMacroOnTicketDocument, type RunMacroMutation } from '../../gql/graphql.ts';
import { useCareline } from '../state/careline.ts';
import { useInbox } from '../state/inbox.ts';
import { useToasts } from '../state/toasts.ts';
import { useMacroList } from './use-macro-list.ts';
import { useMacroPlan, type MacroPlace, type PlannedMacro } from './use-macro-plan.ts';

export type MacroConflict = NonNullable<RunMacroMutation['runMacro']['conflict']>;

/** One key for one intent: a retry after a cut does nothing twice. */
function intents() {
  let last = { of: '', key: '' };
  return (of: string): string => {
    if (last.of !== of) last = { of, key: crypto.randomUUID() };
    return last.key;
  };
}

/**
 * Macros for what is on screen: found by name, planned by the server, and run: all steps on the conversation or none, then all on
 * the ticket or none.
 */
export function useMacros(at: MacroPlace, query: Ref<string>) {
  const { t } = useI18n();
  const list = useMacroList(query);
  const plan = useMacroPlan(at, list.chosen);
  const { conversationId, refusal, isHalfDone } = plan;
  const conflict = ref<MacroConflict | null>(null);
  const isRunning = ref(false);
  const talkKey = intents();
  const ticketKey = intents();

  /** True when all of it was done. */
  async function run(isInsisted = false): Promise<boolean> {
    const macro = plan.macro.value;
    if (!macro || plan.isStuck.value || isRunning.value) return false;
    const name = list.chosen.value?.name ?? '';
    const hasTalk = conversationId !== null && plan.hasOtherSteps.value;
    isRunning.value = true;
    refusal.value = null;
    try {
      if (hasTalk && !isHalfDone.value && !(await runOnConversation(macro, isInsisted))) return false;
      isHalfDone.value = hasTalk;
      if (plan.hasTicketSteps.value && !(await runOnTicket(macro))) return false;
      useToasts().show(t('macro.run.done', { name }));
      return true;
    } catch {
      refusal.value = isHalfDone.value ? t('macro.run.half', { message: t('macro.run.cut') }) : t('macro.run.unreached');
      return false;
    } finally {
      isRunning.value = false;
    }
  }

  async function runOnConversation({ id, version }: PlannedMacro, isInsisted: boolean): Promise<boolean> {
    const seq = isInsisted ? (conflict.value?.lastSeq ?? at.lastSeenSeq()) : at.lastSeenSeq();
    conflict.value = null;
    const input = { macroId: id, conversationId: conversationId!, lastSeenSeq: seq, confirm: isInsisted, expectedVersion: version, idempotencyKey: talkKey(`${id} ${version} ${seq} ${isInsisted}`) };
    const { runMacro } = await useCareline().api.mutate(RunMacroDocument, { input });
    if (runMacro.conversation) useInbox().put(runMacro.conversation);
    conflict.value = runMacro.conflict ?? null;
    if (runMacro.userErrors.length > 0 && !runMacro.conflict) await refuse(runMacro.userErrors[0]!.message);
    return runMacro.userErrors.length === 0;
  }

  async function runOnTicket({ id, version }: PlannedMacro): Promise<boolean> {
    const ticketId = plan.ticketId.value!;
    const seq = conversationId ? (plan.tickets.value.find((ticket) => ticket.id === ticketId)?.lastSeq ?? 0) : at.lastSeenSeq();
    const input = { macroId: id, ticketId, conversationId, lastSeenSeq: seq, expectedVersion: version, idempotencyKey: ticketKey(`${id} ${version} ${ticketId} ${seq}`) };
    const [error] = (await useCareline().api.mutate(RunMacroOnTicketDocument, { input })).runMacroOnTicket.userErrors;
    if (error) await refuse(isHalfDone.value ? t('macro.run.half', { message: error.message }) : error.message);
    return !error;
  }

  /** Says why not, beside what would be done now. */
  async function refuse(message: string): Promise<void> {
    await plan.look();
    refusal.value = message;
  }

  return { ...list, ...plan, conflict, isRunning, run };
}
