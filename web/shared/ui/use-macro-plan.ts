import { computed, ref, shallowRef, watch, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { MacroPlanDocument, MacroTicketPlanDocument, MacroTicketsDocument, type MacroPlanQuery, type MacroTicketsQuery, type MacroVerb } from '../../gql/graphql.ts';
import { useCareline } from '../state/careline.ts';
import type { FoundMacro } from './use-macro-list.ts';

export type MacroTicket = NonNullable<NonNullable<MacroTicketsQuery['conversation']>['tickets']>['nodes'][number];
type Planned = Extract<NonNullable<MacroPlanQuery['node']>, { plan?: unknown }>;
export type PlannedMacro = Pick<Planned, 'id' | 'version' | 'steps'>;
type Part = ReadonlyArray<{ place: number; label?: string | null; problem?: string | null }>;
type Read = false | (() => void);

/** Where a macro is run: on a conversation and one of its tickets, or on the ticket on screen. */
export type MacroPlace = { conversationId: string; lastSeenSeq(): number } | { ticketId: string; lastSeenSeq(): number };

export interface ShownStep {
  verb: MacroVerb;
  label?: string | null;
  problem?: string | null;
}

const isOnTicket = ({ verb }: { verb: MacroVerb }): boolean => verb.startsWith('TICKET_');

/** What the chosen macro would do now, step by step: on the conversation as conversations sees it, on the ticket as tickets does. */
export function useMacroPlan(at: MacroPlace, chosen: Ref<FoundMacro | null>) {
  const { t } = useI18n();
  const conversationId = 'conversationId' in at ? at.conversationId : null;
  const macro = shallowRef<PlannedMacro | null>(null);
  const talkPart = shallowRef<Part>([]);
  const ticketPart = shallowRef<Part>([]);
  const tickets = shallowRef<MacroTicket[]>([]);
  const ticketId = ref<string | null>('ticketId' in at ? at.ticketId : null);
  /** Whether the steps on the conversation were done here, while those on the ticket are still to be done. */
  const isHalfDone = ref(false);
  const refusal = ref<string | null>(null);
  let turn = 0;

  const known = computed(() => (macro.value && macro.value.id === chosen.value?.id ? macro.value : null));
  const hasTicketSteps = computed(() => known.value?.steps.some(isOnTicket) ?? false);
  const hasOtherSteps = computed(() => known.value?.steps.some((step) => !isOnTicket(step)) ?? false);
  const steps = computed<ShownStep[] | null>(() => {
    const shown = (known.value?.steps ?? []).flatMap((step, place) => shownAs(step, place));
    return known.value && shown.every((step) => step !== null) ? shown : null;
  });
  const isStuck = computed(() => !steps.value?.length || steps.value.some((step) => step.problem));

  /** One step as it is shown; null while its part of the plan is not there. A ticket on screen does not show what is done elsewhere. */
  function shownAs({ verb, label }: Planned['steps'][number], place: number): Array<ShownStep | null> {
    if (!isOnTicket({ verb })) {
      const step = talkPart.value.find((one) => one.place === place);
      if (!conversationId) return [];
      return [step ? { verb, label: step.label, problem: isHalfDone.value ? null : step.problem } : null];
    }
    if (!ticketId.value) return [{ verb, label, problem: t('macro.run.noTicket') }];
    const step = ticketPart.value.find((one) => one.place === place);
    return [step ? { verb, label: step.label, problem: step.problem } : null];
  }

  async function look(): Promise<void> {
    const mine = (turn += 1);
    const id = chosen.value?.id;
    refusal.value = null;
    if (!id) return;
    if (!conversationId) return take(mine, readTicket(id));
    await take(mine, readTalk(id, conversationId));
    if (mine !== turn || !hasTicketSteps.value) return;
    const answer = await useCareline().api.query(MacroTicketsDocument, { conversationId }).catch(() => null);
    if (mine !== turn) return;
    tickets.value = answer?.conversation?.tickets?.nodes ?? [];
    // Open ones come first. Another choice looks again.
    if (!tickets.value.some((ticket) => ticket.id === ticketId.value)) ticketId.value = tickets.value[0]?.id ?? null;
    else await take(mine, readTicket(id));
  }

  async function take(mine: number, reading: Promise<Read>): Promise<void> {
    const read = await reading.catch(() => false as const);
    if (mine !== turn) return;
    if (read) return read();
    macro.value = null;
    refusal.value = t('macro.run.failed');
  }

  async function readTalk(id: string, of: string): Promise<Read> {
    const planned = (await useCareline().api.query(MacroPlanDocument, { id, conversationId: of })).node as Planned | null | undefined;
    return planned?.plan ? () => {
      macro.value = planned;
      talkPart.value = planned.plan!;
      ticketPart.value = [];
    } : false;
  }

  async function readTicket(id: string): Promise<Read> {
    const { node, planMacroOnTicket } = await useCareline().api.query(MacroTicketPlanDocument, { id, ticketId: ticketId.value!, conversationId });
    return node && planMacroOnTicket ? () => {
      macro.value = node as Planned;
      ticketPart.value = planMacroOnTicket;
    } : false;
  }

  watch(chosen, () => {
    isHalfDone.value = false;
    void look();
  });
  watch(ticketId, () => { void look(); });

  return { conversationId, macro: known, steps, tickets, ticketId, hasTicketSteps, hasOtherSteps, isHalfDone, isStuck, refusal, look };
}
