import { useI18n } from 'vue-i18n';
import type { SaveTicketViewInput, TicketFilter } from '../../../gql/graphql.ts';
import { usePerform } from '../../../shared/state/perform.ts';
import { useTicketViews, type TicketView } from '../../../shared/state/ticket-views.ts';
import { useToasts } from '../../../shared/state/toasts.ts';

/** A saved view as it would be saved again. */
export function inputOf(view: TicketView, changes: Partial<SaveTicketViewInput> = {}): SaveTicketViewInput {
  return {
    viewId: view.id, name: view.name, filter: (view.filter ?? {}) as TicketFilter, orderBy: { field: view.orderField, direction: view.orderDirection }, columns: view.columns,
    sharing: view.sharing, teamId: view.team?.id ?? null, ...changes,
  };
}

/** What can be done with a saved view. Removing can be taken back for as long as its toast is there. */
export function useViewVerbs() {
  const { t } = useI18n();
  const store = useTicketViews();
  const toasts = useToasts();
  const { perform, tell } = usePerform<{ userErrors: Array<{ message: string }> }>(() => undefined);

  const move = (view: TicketView, position: number) => tell(perform(() => store.save(inputOf(view, { position }))));
  const change = (view: TicketView, changes: Partial<SaveTicketViewInput>) => tell(perform(() => store.save(inputOf(view, changes))));

  async function remove(view: TicketView): Promise<boolean> {
    const place = store.views.filter(({ sharing, builtIn }) => !builtIn && sharing === view.sharing).findIndex(({ id }) => id === view.id);
    if (!(await tell(perform(() => store.remove(view.id))))) return false;
    toasts.show(t('ticket.views.removed', { name: view.name }), { undo: () => { void tell(perform(() => store.save(inputOf(view, { viewId: null, position: place })))); } });
    return true;
  }

  return { move, change, remove };
}
