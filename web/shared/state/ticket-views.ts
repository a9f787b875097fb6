import { defineStore } from 'pinia';
import { ref } from 'vue';
import { DeleteTicketViewDocument, SaveTicketViewDocument, TicketViewDocument, TicketViewsDocument, type SaveTicketViewInput, type TicketFilter, type TicketViewPartsFragment } from '../../gql/graphql.ts';
import { useCareline } from './careline.ts';
import { guestView } from './guest-view.ts';

export type TicketView = TicketViewPartsFragment;

/** A saved view as it would be saved again. */
export function ticketViewInput(view: TicketView, changes: Partial<SaveTicketViewInput> = {}): SaveTicketViewInput {
  return {
    viewId: view.id, name: view.name, filter: (view.filter ?? {}) as TicketFilter, orderBy: { field: view.orderField, direction: view.orderDirection }, columns: view.columns,
    sharing: view.sharing, teamId: view.team?.id ?? null, expectedVersion: view.version, ...changes,
  };
}

async function readView(id: string): Promise<TicketView | null> {
  const { node } = await useCareline().api.query(TicketViewDocument, { id });
  return node?.__typename === 'TicketView' ? node : null;
}

/** The views of tickets with their counters, built-in ones first. */
export const useTicketViews = defineStore('ticketViews', () => {
  const views = ref<TicketView[]>([]);
  const isLoaded = ref(false);
  const { guest, shown, visit, hear } = guestView<TicketView>({ own: () => views.value, find: readView });

  async function load(): Promise<void> {
    views.value = (await useCareline().api.query(TicketViewsDocument, {})).ticketViews ?? [];
    isLoaded.value = true;
  }

  /** Takes counters from the stream. A view nobody here knows, or that was changed, is read with all others: it has its place among them. */
  function count(news: readonly TicketView[], removedIds: readonly string[]): void {
    hear(news, removedIds);
    const isNew = news.some((view) => view.id !== guest.value?.id && (views.value.find(({ id }) => id === view.id)?.version ?? 0) < view.version);
    views.value = views.value.filter(({ id }) => !removedIds.includes(id)).map((view) => news.find(({ id }) => id === view.id) ?? view);
    if (isNew && isLoaded.value) void load().catch(() => undefined);
  }

  async function save(input: SaveTicketViewInput): Promise<{ view: TicketView | null; userErrors: Array<{ message: string }> }> {
    const { saveTicketView } = await useCareline().api.mutate(SaveTicketViewDocument, { input });
    await load();
    if (saveTicketView.view) hear([saveTicketView.view], []);
    return { view: saveTicketView.view ?? null, userErrors: saveTicketView.userErrors };
  }

  async function remove(viewId: string): Promise<{ userErrors: Array<{ message: string }> }> {
    const { deleteTicketView } = await useCareline().api.mutate(DeleteTicketViewDocument, { input: { viewId } });
    await load();
    return deleteTicketView;
  }

  function clear(): void {
    views.value = [];
    guest.value = null;
    isLoaded.value = false;
  }

  return { views, shown, isLoaded, load, visit, count, save, remove, clear };
});
