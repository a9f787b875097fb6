import type { SaveTicketViewInput, TicketFilter } from '../../../gql/graphql.ts';
import { useTicketViews, type TicketView } from '../../../shared/state/ticket-views.ts';
import { useViewVerbs as useVerbs } from '../../../shared/state/view-verbs.ts';

/** A saved view as it would be saved again. */
export function inputOf(view: TicketView, changes: Partial<SaveTicketViewInput> = {}): SaveTicketViewInput {
  return {
    viewId: view.id, name: view.name, filter: (view.filter ?? {}) as TicketFilter, orderBy: { field: view.orderField, direction: view.orderDirection }, columns: view.columns,
    sharing: view.sharing, teamId: view.team?.id ?? null, expectedVersion: view.version, ...changes,
  };
}

/** What can be done with a saved view of tickets. */
export function useViewVerbs() {
  const store = useTicketViews();
  return useVerbs<TicketView, SaveTicketViewInput>({ views: () => store.views, save: store.save, remove: store.remove, inputOf });
}
