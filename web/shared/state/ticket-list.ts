import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { TicketRowsDocument, TicketsDocument, type TicketFilter, type TicketOrder, type TicketRowFragment, type TicketsQuery } from '../../gql/graphql.ts';
import { asApiError, type ApiError } from '../graphql/errors.ts';
import { useCareline } from './careline.ts';
import { useDirectory } from './directory.ts';
import { useSession } from './session.ts';
import { placeRow } from './ticket-order.ts';

/** A ticket as the list shows it; `readAt` is the server time at which its clocks were read. */
export type TicketRow = NonNullable<TicketsQuery['tickets']>['nodes'][number] & { readAt: number };

export interface TicketAsk {
  /** A saved view; null: the filter says it all. */
  viewId: string | null;
  filter: TicketFilter;
  orderBy: TicketOrder;
}

/** Something that the stream told of one ticket. */
export type TicketNews = { ticketId: string; ticket: TicketRowFragment | null; isListed: boolean };

const PAGE = 50;
/** The server gives no more at once. */
const PAGE_MAX = 100;
/** What changed within so long is looked up together. */
const GATHER_MS = 200;

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
  /** Tickets that came into the list and are not shown yet, and rows on screen that left it. */
  const waiting = ref<ReadonlySet<string>>(new Set());
  const gone = ref<ReadonlySet<string>>(new Set());
  const moved = new Set<string>();
  let isHeld = false;
  let asked: TicketAsk | null = null;
  let endCursor: string | null = null;
  let turn = 0;
  let meanwhile: TicketNews[] = [];
  let gathering: ReturnType<typeof setTimeout> | null = null;

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
      if (!after) [waiting.value, gone.value] = [new Set(), new Set()];
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
        // The page may be older than what was told while it was on its way.
        meanwhile.splice(0).forEach(take);
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

  /** Takes what the stream tells. A row on screen changes at once in its place; others come, go and move when nobody points at them. */
  function take(news: TicketNews): void {
    if (!asked) return;
    if (isLoading.value) {
      meanwhile.push(news);
      return;
    }
    const known = rows.value.find(({ id }) => id === news.ticketId);
    if (known && news.ticket && news.ticket.version < known.version) return;
    if (known) {
      const row: TicketRow = news.ticket ? { ...known, ...news.ticket, agent: news.ticket.agentId === known.agentId ? known.agent : null, readAt: useSession().serverNow() } : known;
      rows.value = rows.value.map((one) => (one.id === row.id ? row : one));
      moved.add(row.id);
      gone.value = changed(gone.value, row.id, !news.isListed);
    } else {
      waiting.value = changed(waiting.value, news.ticketId, news.isListed);
    }
    if (!isHeld) settleSoon();
  }

  /** While held, rows keep their places: somebody points at one of them, or walks them. */
  function hold(value: boolean): void {
    isHeld = value;
    if (!isHeld && (waiting.value.size > 0 || gone.value.size > 0 || moved.size > 0)) settleSoon();
  }

  function settleSoon(): void {
    gathering ??= setTimeout(() => {
      gathering = null;
      if (!isHeld) void settle();
    }, GATHER_MS);
  }

  /** Brings the rows to where they belong: those that left go, those that came are looked up. */
  async function settle(): Promise<void> {
    if (!asked) return;
    const ask = asked;
    const ids = [...waiting.value].slice(0, PAGE_MAX);
    const isCounted = ids.length > 0 || gone.value.size > 0;
    rows.value = rows.value.filter(({ id }) => !gone.value.has(id));
    // Only what changed stands elsewhere now; all others stay in the order in which they were read.
    for (const row of rows.value.filter(({ id }) => moved.has(id))) rows.value = placeRow(rows.value, row, ask.orderBy, hasMore.value);
    moved.clear();
    gone.value = new Set();
    if (!isCounted) return;
    waiting.value = new Set([...waiting.value].filter((id) => !ids.includes(id)));
    try {
      // Of no ids all would be meant.
      const some = ids.length > 0 ? { ...ask.filter, ids } : ask.filter;
      const answer = await useCareline().api.query(TicketRowsDocument, { viewId: ask.viewId, filter: ask.filter, some, first: Math.max(1, ids.length) });
      if (ask !== asked) return;
      for (const row of ids.length > 0 ? shown(answer.rows?.nodes ?? []) : []) rows.value = placeRow(rows.value, row, ask.orderBy, hasMore.value);
      total.value = answer.all?.totalCount ?? total.value;
    } catch {
      if (ask === asked) waiting.value = new Set([...waiting.value, ...ids]);
    }
  }

  function changed(set: ReadonlySet<string>, id: string, isIn: boolean): ReadonlySet<string> {
    if (set.has(id) === isIn) return set;
    return isIn ? new Set([...set, id]) : new Set([...set].filter((one) => one !== id));
  }

  function clear(): void {
    turn += 1;
    asked = null;
    endCursor = null;
    meanwhile = [];
    moved.clear();
    if (gathering) clearTimeout(gathering);
    gathering = null;
    rows.value = [];
    total.value = null;
    hasMore.value = false;
    isLoading.value = false;
    isLoaded.value = false;
    error.value = null;
    activeId.value = null;
    waiting.value = new Set();
    gone.value = new Set();
  }

  return { rows, total, hasMore, isLoading, isLoaded, error, activeId, address, place, waiting, gone, show, more, refresh, step, take, hold, settle, clear };
});
