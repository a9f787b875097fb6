import { ref, type Ref } from 'vue';
import { TicketRowsDocument, type TicketRowFragment } from '../../gql/graphql.ts';
import { useCareline } from './careline.ts';
import { useSession } from './session.ts';
import { placeRow, type TicketAsk, type TicketRow } from './ticket-order.ts';

/** Something that the stream told of one ticket. `ticket` null: it may not be read any more. */
export interface TicketNews {
  ticketId: string;
  ticket: TicketRowFragment | null;
  isListed: boolean;
}

interface List {
  rows: Ref<TicketRow[]>;
  total: Ref<number | null>;
  hasMore: Ref<boolean>;
  isLoading: Ref<boolean>;
  asked(): TicketAsk | null;
  shown(nodes: ReadonlyArray<Omit<TicketRow, 'readAt'>>): TicketRow[];
}

/** The server gives no more at once. */
const ROWS_MAX = 100;
/** What changed within so long is looked up together. */
const GATHER_MS = 200;

function changed(set: ReadonlySet<string>, id: string, isIn: boolean): ReadonlySet<string> {
  if (set.has(id) === isIn) return set;
  return isIn ? new Set([...set, id]) : new Set([...set].filter((one) => one !== id));
}

/** Keeps a list of tickets as the stream tells. While it is held, rows keep their places: somebody points at one of them, or walks them. */
export function ticketNews({ rows, total, hasMore, isLoading, asked, shown }: List) {
  /** Tickets that came into the list and are not shown yet. */
  const waiting = ref<ReadonlySet<string>>(new Set());
  /** Rows on screen that left the list. */
  const gone = ref<ReadonlySet<string>>(new Set());
  const moved = new Set<string>();
  let isHeld = false;
  let meanwhile: TicketNews[] = [];
  let gathering: ReturnType<typeof setTimeout> | null = null;

  /** A row on screen changes at once in its place; others come, go and move when nobody holds the list. */
  function take(news: TicketNews): void {
    if (!asked()) return;
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
    const ask = asked();
    if (!ask) return;
    const ids = [...waiting.value].slice(0, ROWS_MAX);
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
      if (ask !== asked()) return;
      for (const row of ids.length > 0 ? shown(answer.rows?.nodes ?? []) : []) rows.value = placeRow(rows.value, row, ask.orderBy, hasMore.value);
      total.value = answer.all?.totalCount ?? total.value;
    } catch {
      if (ask === asked()) waiting.value = new Set([...waiting.value, ...ids]);
    }
  }

  /** A page was read: it may be older than what was told while it was on its way. */
  function catchUp(): void {
    meanwhile.splice(0).forEach(take);
  }

  /** All rows were read anew. */
  function forget(): void {
    moved.clear();
    waiting.value = new Set();
    gone.value = new Set();
  }

  function clear(): void {
    forget();
    meanwhile = [];
    if (gathering) clearTimeout(gathering);
    gathering = null;
  }

  return { waiting, gone, take, hold, settle, catchUp, forget, clear };
}
