import { ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { CloseConversationDocument, ReopenConversationDocument, type MessagePartsFragment } from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { useInbox } from '../../../shared/state/inbox.ts';
import type { Row } from '../../../shared/state/rows.ts';
import { useToasts } from '../../../shared/state/toasts.ts';

export interface CloseConflict {
  lastSeq: number;
  messages: MessagePartsFragment[];
}

/** 结束会话 with the reply guard, and 10 s to take it back; 重新打开. */
export function useCloseConversation(row: () => Row | null, lastSeenSeq: () => number) {
  const { t } = useI18n();
  const toasts = useToasts();
  const conflict = ref<CloseConflict | null>(null);

  /** True when it is closed now. */
  async function close(isInsisted = false): Promise<boolean> {
    const known = row();
    if (!known || known.state === 'CLOSED') return false;
    const seq = isInsisted ? conflict.value?.lastSeq ?? lastSeenSeq() : lastSeenSeq();
    conflict.value = null;
    try {
      const { closeConversation } = await useCareline().api.mutate(CloseConversationDocument, { input: { conversationId: known.id, lastSeenSeq: seq, confirm: isInsisted } });
      if (closeConversation.conversation) {
        useInbox().put({ ...known, ...closeConversation.conversation });
        toasts.show(t('conversation.close.done', { name: known.customer?.displayName ?? known.number }), { undo: () => { void reopen(known); } });
        return true;
      }
      if (closeConversation.conflict) conflict.value = closeConversation.conflict;
      else toasts.show(closeConversation.userErrors[0]?.message ?? '');
    } catch {
      toasts.show(t('conversation.close.unreached'));
    }
    return false;
  }

  return { conflict, close };
}

/** Opens a closed conversation again. */
export async function reopen(row: Row): Promise<void> {
  const { reopenConversation } = await useCareline().api.mutate(ReopenConversationDocument, { input: { conversationId: row.id } });
  if (reopenConversation.conversation) useInbox().put(reopenConversation.conversation);
  else useToasts().show(reopenConversation.userErrors[0]?.message ?? '');
}
