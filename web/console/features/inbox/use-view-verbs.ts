import type { ConversationFilter, SaveConversationViewInput } from '../../../gql/graphql.ts';
import { useConversationViews, type ConversationView } from '../../../shared/state/conversation-views.ts';
import { useInbox } from '../../../shared/state/inbox.ts';
import { useViewVerbs } from '../../../shared/state/view-verbs.ts';

/** A saved view as it would be saved again. */
function inputOf(view: ConversationView, changes: Partial<SaveConversationViewInput>): SaveConversationViewInput {
  return {
    viewId: view.id, name: view.name, filter: (view.filter ?? {}) as ConversationFilter, orderBy: { field: view.orderField, direction: view.orderDirection },
    sharing: view.sharing, teamId: view.team?.id ?? null, expectedVersion: view.version, ...changes,
  };
}

/** What can be done with a saved view of the inbox. */
export function useInboxViewVerbs() {
  const { save, remove } = useConversationViews();
  return useViewVerbs<ConversationView, SaveConversationViewInput>({ views: () => useInbox().views, save, remove, inputOf });
}
