import type { SaveTicketViewInput } from '../../../gql/graphql.ts';
import { ticketViewInput, useTicketViews, type TicketView } from '../../../shared/state/ticket-views.ts';
import { useViewVerbs as useVerbs } from '../../../shared/state/view-verbs.ts';

/** What can be done with a saved view of tickets. */
export function useViewVerbs() {
  const store = useTicketViews();
  return useVerbs<TicketView, SaveTicketViewInput>({ views: () => store.shown, save: store.save, remove: store.remove, inputOf: ticketViewInput });
}
