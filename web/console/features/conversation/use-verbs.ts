import { useI18n } from 'vue-i18n';
import {
  AcceptConversationDocument, AssignConversationDocument, DeclineConversationDocument, TransferConversationDocument, UpdateConversationDocument,
  type TransferConversationInput, type UpdateConversationInput,
} from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { useInbox } from '../../../shared/state/inbox.ts';
import type { Row } from '../../../shared/state/rows.ts';
import { useToasts } from '../../../shared/state/toasts.ts';

interface Outcome {
  conversation?: Row | null;
  userErrors: Array<{ message: string }>;
}

/** The verbs of a conversation. Each answers with the refusal, or null when it was done. */
export function useVerbs() {
  const { t } = useI18n();
  const { api } = useCareline();
  const inbox = useInbox();
  const toasts = useToasts();

  async function perform(act: () => Promise<Outcome>): Promise<string | null> {
    try {
      const { conversation, userErrors } = await act();
      if (conversation) inbox.put(conversation);
      return userErrors[0]?.message ?? null;
    } catch {
      return t('conversation.verb.unreached');
    }
  }

  function tell(refusal: string | null): boolean {
    if (refusal) toasts.show(refusal);
    return refusal === null;
  }

  return {
    assign: (row: Row, agentId: string | null) => perform(async () =>
      (await api.mutate(AssignConversationDocument, { input: { conversationId: row.id, agentId, expectedAgentId: row.agent?.id ?? null } })).assignConversation).then(tell),
    accept: (offerId: string) => perform(async () => (await api.mutate(AcceptConversationDocument, { input: { offerId } })).acceptConversation),
    decline: (offerId: string) => perform(async () => (await api.mutate(DeclineConversationDocument, { input: { offerId } })).declineConversation),
    transfer: (input: TransferConversationInput) => perform(async () => (await api.mutate(TransferConversationDocument, { input })).transferConversation),
    update: (row: Row, change: Omit<UpdateConversationInput, 'conversationId' | 'expectedVersion'>) => perform(async () =>
      (await api.mutate(UpdateConversationDocument, { input: { conversationId: row.id, expectedVersion: row.version, ...change } })).updateConversation).then(tell),
  };
}
