import {
  AcceptConversationDocument, AssignConversationDocument, DeclineConversationDocument, SnoozeConversationDocument, TransferConversationDocument, UpdateConversationDocument,
  type TransferConversationInput, type UpdateConversationInput,
} from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { useInbox } from '../../../shared/state/inbox.ts';
import { usePerform } from '../../../shared/state/perform.ts';
import type { Row } from '../../../shared/state/rows.ts';

interface Outcome {
  conversation?: Row | null;
  userErrors: Array<{ message: string }>;
}

/** The verbs of a conversation. Each answers with the refusal, or null when it was done. */
export function useVerbs() {
  const { api } = useCareline();
  const inbox = useInbox();
  const { perform, tell } = usePerform<Outcome>(({ conversation }) => { if (conversation) inbox.put(conversation); });

  return {
    assign: (row: Row, agentId: string | null) => tell(perform(async () =>
      (await api.mutate(AssignConversationDocument, { input: { conversationId: row.id, agentId, expectedAgentId: row.agent?.id ?? null } })).assignConversation)),
    accept: (offerId: string) => perform(async () => (await api.mutate(AcceptConversationDocument, { input: { offerId } })).acceptConversation),
    decline: (offerId: string) => perform(async () => (await api.mutate(DeclineConversationDocument, { input: { offerId } })).declineConversation),
    transfer: (input: TransferConversationInput) => perform(async () => (await api.mutate(TransferConversationDocument, { input })).transferConversation),
    snooze: (row: Row, until: string | null) => tell(perform(async () => (await api.mutate(SnoozeConversationDocument, { input: { conversationId: row.id, until } })).snoozeConversation)),
    update: (row: Row, change: Omit<UpdateConversationInput, 'conversationId' | 'expectedVersion'>) => tell(perform(async () =>
      (await api.mutate(UpdateConversationDocument, { input: { conversationId: row.id, expectedVersion: row.version, ...change } })).updateConversation)),
  };
}
