import { computed, ref, shallowRef } from 'vue';
import { TicketBoardDocument, type TicketHeadFragment, type TicketState } from '../../../gql/graphql.ts';
import { asApiError, type ApiError } from '../../../shared/graphql/errors.ts';
import { useCareline } from '../../../shared/state/careline.ts';
import { useSession } from '../../../shared/state/session.ts';
import type { TicketAsk, TicketRow } from '../../../shared/state/ticket-list.ts';
import type { TicketNews } from '../../../shared/state/ticket-news.ts';
import { placeRow } from '../../../shared/state/ticket-order.ts';

export interface Column {
  state: TicketState;
  count: number;
  cards: TicketRow[];
}

const PER_COLUMN = 20;
const GATHER_MS = 200;

/** The board of what is asked: columns by state that follow the stream, and cards that can be moved before the server says so. */
export function useTicketBoard() {
  const columns = shallowRef<Column[]>([]);
  const isLoaded = ref(false);
  const error = ref<ApiError | null>(null);
  const activeId = ref<string | null>(null);
  /** Cards on their way to another column, until it is known whether they may. */
  const moving = ref<ReadonlyMap<string, TicketState>>(new Map());
  const fresh = new Set<string>();
  let asked: TicketAsk | null = null;
  let gathering: ReturnType<typeof setTimeout> | null = null;

  /** As shown: cards on their way stand first in the column they go to. */
  const shown = computed<Column[]>(() => columns.value.map((column) => {
    const leaving = column.cards.filter(({ id }) => (moving.value.get(id) ?? column.state) !== column.state);
    const coming = columns.value.flatMap(({ state, cards }) => (state === column.state ? [] : cards.filter(({ id }) => moving.value.get(id) === column.state)));
    return { ...column, count: column.count - leaving.length + coming.length, cards: [...coming, ...column.cards.filter((card) => !leaving.includes(card))] };
  }));
  const all = computed(() => columns.value.flatMap(({ cards }) => cards));
  const active = computed(() => all.value.find(({ id }) => id === activeId.value) ?? null);

  async function load(ask: TicketAsk): Promise<void> {
    if (JSON.stringify(ask) !== JSON.stringify(asked)) {
      columns.value = [];
      isLoaded.value = false;
    }
    asked = ask;
    try {
      const { ticketBoard } = await useCareline().api.query(TicketBoardDocument, { viewId: ask.viewId, filter: ask.filter, firstPerColumn: PER_COLUMN });
      if (asked !== ask || !ticketBoard) return;
      const readAt = useSession().serverNow();
      columns.value = ticketBoard.map(({ state, count, tickets }) => ({ state, count, cards: tickets.map((row) => ({ ...row, readAt })) }));
      isLoaded.value = true;
      error.value = null;
    } catch (cause) {
      if (asked === ask) error.value = asApiError(cause);
    }
  }

  const reload = async () => { if (asked) await load(asked); };

  function put(row: TicketRow): void {
    columns.value = columns.value.map((column) => {
      const had = column.cards.some(({ id }) => id === row.id);
      if (column.state !== row.state) return had ? { ...column, count: column.count - 1, cards: column.cards.filter(({ id }) => id !== row.id) } : column;
      return { ...column, count: column.count + (had ? 0 : 1), cards: placeRow(column.cards, row, asked!.orderBy, column.count > column.cards.length) };
    });
  }

  function drop(ticketId: string): void {
    columns.value = columns.value.map((column) => (column.cards.some(({ id }) => id === ticketId)
      ? { ...column, count: column.count - 1, cards: column.cards.filter(({ id }) => id !== ticketId) } : column));
  }

  function take({ ticketId, ticket, isListed }: TicketNews): void {
    if (!asked || !isLoaded.value) return;
    const known = all.value.find(({ id }) => id === ticketId);
    if (known && !isListed) drop(ticketId);
    else if (known && ticket && ticket.version >= known.version) put({ ...known, ...ticket, agent: ticket.agentId === known.agentId ? known.agent : null, readAt: useSession().serverNow() });
    if (known || !isListed) return;
    fresh.add(ticketId);
    gathering ??= setTimeout(() => {
      gathering = null;
      void look();
    }, GATHER_MS);
  }

  /** Cards that were not here: one that came in, or one from below what was read. The counts tell which. */
  async function look(): Promise<void> {
    if (!asked || fresh.size === 0) return;
    fresh.clear();
    await reload();
  }

  /** What a verb answered about a card. */
  function answer(head: TicketHeadFragment): void {
    const known = all.value.find(({ id }) => id === head.id);
    if (known && head.version >= known.version) put({ ...known, ...head, readAt: useSession().serverNow() });
  }

  /** Shows a card in another column while `doing` finds out whether it may go there; refused ones return. */
  async function move(ticketId: string, state: TicketState, doing: () => Promise<unknown>): Promise<void> {
    moving.value = new Map([...moving.value, [ticketId, state]]);
    try {
      await doing();
    } finally {
      moving.value = new Map([...moving.value].filter(([id]) => id !== ticketId));
    }
  }

  return { columns: shown, isLoaded, error, activeId, active, moving, load, reload, take, answer, move };
}

export type TicketBoardView = ReturnType<typeof useTicketBoard>;
