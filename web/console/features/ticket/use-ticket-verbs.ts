import {
  CloseTicketDocument, EscalateTicketDocument, LinkConversationDocument, LinkTicketsDocument, ReopenTicketDocument, SolveTicketDocument, UpdateTicketDocument,
  type TicketHeadFragment, type TicketLinkKind, type UpdateTicketInput,
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
  // The stream of the ticket brings what links change of it.
  const { perform: performLink } = usePerform<{ userErrors: Array<{ message: string }> }>(() => {});

  return {
    tell,
    update: (change: Omit<UpdateTicketInput, 'ticketId'>) => perform(async () => (await api.mutate(UpdateTicketDocument, { input: { ticketId: ticketId(), ...change } })).updateTicket),
    solve: (fields: Record<string, unknown> | null = null) => perform(async () => (await api.mutate(SolveTicketDocument, { input: { ticketId: ticketId(), ...(fields ? { fields } : {}) } })).solveTicket),
    link: (otherId: string, kind: TicketLinkKind | null) => performLink(async () => (await api.mutate(LinkTicketsDocument, { input: { ticketId: ticketId(), otherId, kind } })).linkTickets),
    linkConversation: (conversationId: string) => performLink(async () => (await api.mutate(LinkConversationDocument, { input: { ticketId: ticketId(), conversationId } })).linkConversation),
    close: () => perform(async () => (await api.mutate(CloseTicketDocument, { input: { ticketId: ticketId() } })).closeTicket),
    reopen: (reason: string) => perform(async () => (await api.mutate(ReopenTicketDocument, { input: { ticketId: ticketId(), reason } })).reopenTicket),
    escalate: (target: string, reason: string, idempotencyKey: string) => perform(async () =>
      (await api.mutate(EscalateTicketDocument, { input: { ticketId: ticketId(), target, reason, idempotencyKey } })).escalateTicket),
  };
}

export type TicketVerbs = ReturnType<typeof useTicketVerbs>;
