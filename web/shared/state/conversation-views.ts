import { defineStore } from 'pinia';
import { DeleteConversationViewDocument, SaveConversationViewDocument, type ConversationFilter, type SaveConversationViewInput, type ViewPartsFragment } from '../../gql/graphql.ts';
import { useCareline } from './careline.ts';
import { useInbox } from './inbox.ts';
import type { ViewAnswer } from './view-verbs.ts';

export type ConversationView = ViewPartsFragment;

/** A saved view as it would be saved again. */
export function conversationViewInput(view: ConversationView, changes: Partial<SaveConversationViewInput> = {}): SaveConversationViewInput {
  return {
    viewId: view.id, name: view.name, filter: (view.filter ?? {}) as ConversationFilter, orderBy: { field: view.orderField, direction: view.orderDirection },
    sharing: view.sharing, teamId: view.team?.id ?? null, expectedVersion: view.version, ...changes,
  };
}

/** Saves and removes views of the inbox, which holds them all. */
export const useConversationViews = defineStore('conversationViews', () => {
  const inbox = useInbox();

  async function save(input: SaveConversationViewInput): Promise<ViewAnswer & { view: ConversationView | null }> {
    const { saveConversationView: answer } = await useCareline().api.mutate(SaveConversationViewDocument, { input });
    await inbox.readViews();
    // Its conditions may be others now.
    if (answer.view && inbox.lists.get(answer.view.id)?.isLoaded) void inbox.load(answer.view.id);
    return { view: answer.view ?? null, userErrors: answer.userErrors };
  }

  async function remove(viewId: string): Promise<ViewAnswer> {
    const { deleteConversationView } = await useCareline().api.mutate(DeleteConversationViewDocument, { input: { viewId } });
    await inbox.readViews();
    return deleteConversationView;
  }

  return { save, remove };
});
