import { useI18n } from 'vue-i18n';
import {
  CloseTicketDocument, EscalateTicketDocument, ReopenTicketDocument, SolveTicketDocument, UpdateTicketDocument,
  type TicketHeadFragment, type UpdateTicketInput,
} from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { useToasts } from '../../../shared/state/toasts.ts';

interface Outcome {
  ticket?: TicketHeadFragment | null;
  userErrors: Array<{ message: string }>;
}

/** The verbs of one ticket. Each answers with the refusal, or null when it was done; `tell` shows it as a toast. */
export function useTicketVerbs(ticketId: () => string, put: (head: TicketHeadFragment) => void) {
  const { t } = useI18n();
  const { api } = useCareline();

  async function perform(act: () => Promise<Outcome>): Promise<string | null> {
    try {
      const { ticket, userErrors } = await act();
      if (ticket) put(ticket);
      return userErrors[0]?.message ?? null;
    } catch {
      return t('conversation.verb.unreached');
    }
  }

  async function tell(doing: Promise<string | null>): Promise<boolean> {
    const refusal = await doing;
    if (refusal) useToasts().show(refusal);
    return refusal === null;
  }

  return {
    tell,
    update: (change: Omit<UpdateTicketInput, 'ticketId'>) => perform(async () => (await api.mutate(UpdateTicketDocument, { input: { ticketId: ticketId(), ...change } })).updateTicket),
    solve: () => perform(async () => (await api.mutate(SolveTicketDocument, { input: { ticketId: ticketId() } })).solveTicket),
    close: () => perform(async () => (await api.mutate(CloseTicketDocument, { input: { ticketId: ticketId() } })).closeTicket),
    reopen: (reason: string) => perform(async () => (await api.mutate(ReopenTicketDocument, { input: { ticketId: ticketId(), reason } })).reopenTicket),
    escalate: (target: string, reason: string, idempotencyKey: string) => perform(async () =>
      (await api.mutate(EscalateTicketDocument, { input: { ticketId: ticketId(), target, reason, idempotencyKey } })).escalateTicket),
  };
}

export type TicketVerbs = ReturnType<typeof useTicketVerbs>;
