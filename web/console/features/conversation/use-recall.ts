import { useI18n } from 'vue-i18n';
import { RecallMessageDocument } from '../../../gql/graphql.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { useSession } from '../../../shared/state/session.ts';
import type { Message } from '../../../shared/state/thread.ts';
import { useThreads } from '../../../shared/state/threads.ts';
import { useNow } from '../../../shared/ui/use-now.ts';

const WINDOW_MS = 10 * 60_000;

/** 撤回: whose messages this agent may take back and for how long, and what is said of one that was. */
export function useRecall() {
  const { t } = useI18n();
  const session = useSession();
  const now = useNow();
  const isMine = (message: Message) => message.author.kind === 'AGENT' && message.author.agent?.id === session.me?.id;
  const isForAll = () => ['TEAM', 'ALL'].includes(session.scopeOf('message:recall') ?? '');

  function mayRecall(message: Message): boolean {
    if (message.kind !== 'TEXT' || message.recalledAt || message.author.kind === 'CUSTOMER' || !session.may('message:recall')) return false;
    return isForAll() || (isMine(message) && now.value - Date.parse(message.sentAt) < WINDOW_MS);
  }

  function sentence(message: Message): string {
    const isNote = message.visibility === 'INTERNAL';
    if (message.recalledBy?.agent && message.recalledBy.agent.id === session.me?.id) return t(isNote ? 'conversation.recall.ownNote' : 'conversation.recall.own');
    return t(isNote ? 'conversation.recall.noteBy' : 'conversation.recall.by', { name: message.recalledByName ?? '' });
  }

  /** The refusal in words, or null when it is taken back. */
  async function recall(conversationId: string, message: Message): Promise<string | null> {
    try {
      const { recallMessage } = await useCareline().api.mutate(RecallMessageDocument, { input: { messageId: message.id } });
      if (recallMessage.message) useThreads().put(conversationId, recallMessage.message);
      return recallMessage.message ? null : recallMessage.userErrors[0]?.message ?? '';
    } catch {
      return t('conversation.verb.unreached');
    }
  }

  return { isMine, mayRecall, sentence, recall };
}
