import type { SaveConversationViewInput } from '../../../gql/graphql.ts';
import { conversationViewInput, useConversationViews, type ConversationView } from '../../../shared/state/conversation-views.ts';
import { useInbox } from '../../../shared/state/inbox.ts';
import { useViewVerbs } from '../../../shared/state/view-verbs.ts';

/** What can be done with a saved view of the inbox. */
export function useInboxViewVerbs() {
  const { save, remove } = useConversationViews();
  return useViewVerbs<ConversationView, SaveConversationViewInput>({ views: () => useInbox().shown, save, remove, inputOf: conversationViewInput });
}
