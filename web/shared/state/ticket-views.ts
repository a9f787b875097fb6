import { defineStore } from 'pinia';
import { ref } from 'vue';
import { DeleteTicketViewDocument, SaveTicketViewDocument, TicketViewsDocument, type SaveTicketViewInput, type TicketViewPartsFragment } from '../../gql/graphql.ts';
import { useCareline } from './careline.ts';

export type TicketView = TicketViewPartsFragment;

/** The views of tickets with their counters, built-in ones first. */
export const useTicketViews = defineStore('ticketViews', () => {
  const views = ref<TicketView[]>([]);
  const isLoaded = ref(false);

  async function load(): Promise<void> {
    views.value = (await useCareline().api.query(TicketViewsDocument, {})).ticketViews ?? [];
    isLoaded.value = true;
  }

  /** Takes counters from the stream. A view nobody here knows, or that was changed, is read with all others: it has its place among them. */
  function count(news: readonly TicketView[], removedIds: readonly string[]): void {
    const isNew = news.some((view) => (views.value.find(({ id }) => id === view.id)?.version ?? 0) < view.version);
    views.value = views.value.filter(({ id }) => !removedIds.includes(id)).map((view) => news.find(({ id }) => id === view.id) ?? view);
    if (isNew && isLoaded.value) void load().catch(() => undefined);
  }

  async function save(input: SaveTicketViewInput): Promise<{ view: TicketView | null; userErrors: Array<{ message: string }> }> {
    const { saveTicketView } = await useCareline().api.mutate(SaveTicketViewDocument, { input });
    await load();
    return { view: saveTicketView.view ?? null, userErrors: saveTicketView.userErrors };
  }

  async function remove(viewId: string): Promise<{ userErrors: Array<{ message: string }> }> {
    const { deleteTicketView } = await useCareline().api.mutate(DeleteTicketViewDocument, { input: { viewId } });
    await load();
    return deleteTicketView;
  }

  function clear(): void {
    views.value = [];
    isLoaded.value = false;
  }

  return { views, isLoaded, load, count, save, remove, clear };
});
