import {
  CloseTicketDocument, EscalateTicketDocument, ReopenTicketDocument, SolveTicketDocument, UpdateTicketDocument,
  type TicketHeadFragment, type UpdateTicketInput,
} from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { usePerform } from '../../../shared/state/perform.ts';

interface Outcome {
  ticket?: TicketHeadFragment | null;
  userErrors: Array<{ message: string }>;
}

/** The verbs of one ticket. Each answers with the refusal, or null when it was done; `tell` shows it as a toast. */
export function useTicketVerbs(ticketId: () => string, put: (head: TicketHeadFragment) => void) {
  const { api } = useCareline();
  const { perform, tell } = usePerform<Outcome>(({ ticket }) => { if (ticket) put(ticket); });

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
