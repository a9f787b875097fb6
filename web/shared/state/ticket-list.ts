import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { TicketsDocument } from '../../gql/graphql.ts';
import { asApiError, type ApiError } from '../graphql/errors.ts';
import { useCareline } from './careline.ts';
import { useDirectory } from './directory.ts';
import { useSession } from './session.ts';
import { ticketNews } from './ticket-news.ts';
import type { TicketAsk, TicketRow } from './ticket-order.ts';

export type { TicketAsk, TicketRow };

const PAGE = 50;
/** The server gives no more at once. */
const PAGE_MAX = 100;

/** The list of tickets that was looked at last: what is open in it can be walked from its neighbours' pages too. */
export const useTicketList = defineStore('ticketList', () => {
  const rows = shallowRef<TicketRow[]>([]);
  const total = ref<number | null>(null);
  const hasMore = ref(false);
  const isLoading = ref(false);
  const isLoaded = ref(false);
  const error = ref<ApiError | null>(null);
  const activeId = ref<string | null>(null);
  /** Where the list stands, to go back to it. */
  const address = ref<{ name: 'tickets'; query: Record<string, string> }>({ name: 'tickets', query: {} });
  let asked: TicketAsk | null = null;
  let endCursor: string | null = null;
  let turn = 0;
  const news = ticketNews({ rows, total, hasMore, isLoading, asked: () => asked, shown });

  const place = computed(() => rows.value.findIndex((row) => row.id === activeId.value));

  async function read(first: number, after: string | null): Promise<void> {
    if (!asked) return;
    const mine = (turn += 1);
    isLoading.value = true;
    try {
      const { tickets } = await useCareline().api.query(TicketsDocument, { ...asked, first, after });
      if (mine !== turn || !tickets) return;
      const found = shown(tickets.nodes);
      const known = new Set(found.map((row) => row.id));
      rows.value = after ? [...rows.value.filter((row) => !known.has(row.id)), ...found] : found;
      if (!after) news.forget();
      total.value = tickets.totalCount ?? null;
      endCursor = tickets.pageInfo.endCursor ?? null;
      hasMore.value = tickets.pageInfo.hasNextPage;
      isLoaded.value = true;
      error.value = null;
    } catch (cause) {
      if (mine === turn) error.value = asApiError(cause);
    } finally {
      if (mine === turn) {
        isLoading.value = false;
        news.catchUp();
      }
    }
  }

  function shown(nodes: ReadonlyArray<Omit<TicketRow, 'readAt'>>): TicketRow[] {
    const readAt = useSession().serverNow();
    nodes.forEach((row) => useDirectory().learn(row.agent));
    return nodes.map((row) => ({ ...row, readAt }));
  }

  /** Shows the tickets of another filter or order; the same one is only read again. */
  async function show(ask: TicketAsk): Promise<void> {
    if (JSON.stringify(ask) !== JSON.stringify(asked)) clear();
    asked = ask;
    await refresh();
  }

  async function more(): Promise<void> {
    if (hasMore.value && !isLoading.value) await read(PAGE, endCursor);
  }

  /** Reads what is on screen again. A list scrolled further than one reading holds stays as it is. */
  async function refresh(): Promise<void> {
    if (rows.value.length <= PAGE_MAX) await read(Math.max(PAGE, rows.value.length), null);
  }

  /** The ticket `by` places after the active one, which becomes the active one. */
  function step(by: number): TicketRow | null {
    const next = rows.value[Math.min(rows.value.length - 1, Math.max(0, place.value + by))] ?? null;
    if (next) activeId.value = next.id;
    return next;
  }

  function clear(): void {
    turn += 1;
    asked = null;
    endCursor = null;
    news.clear();
    rows.value = [];
    total.value = null;
    hasMore.value = false;
    isLoading.value = false;
    isLoaded.value = false;
    error.value = null;
    activeId.value = null;
  }

  return { rows, total, hasMore, isLoading, isLoaded, error, activeId, address, place, waiting: news.waiting, gone: news.gone, show, more, refresh, step, take: news.take, hold: news.hold, settle: news.settle, clear };
});
