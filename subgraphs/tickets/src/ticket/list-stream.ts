import { lastOfEach, LogStream, type Counter, type LiveStream, type Place } from '@careline/kit/live';
import type { TicketsContext } from '../context.ts';
import { meetsFilter, type JoinedFilter } from './filter.rules.ts';
import { selectListBounds, selectListEvents } from './list-log.store.ts';
import type { ListedTicket, ListListener, ListSight } from './list-tail.ts';
import type { TicketFilter } from './list.types.ts';
import { countViews, findView, joinedList, readViews, showView, type TicketView } from './read-views.ts';
import { belongings } from './ticket.rules.ts';

export type TicketsEvent = Place & (
  | { __typename: 'TicketsTicketChanged'; ticket: ListedTicket; viewIds: string[]; isListed: boolean }
  | { __typename: 'TicketsTicketRemoved'; ticketId: string }
  | { __typename: 'TicketsCountersChanged'; views: object[]; removedViewIds: string[] }
  | { __typename: 'TicketsReset' | 'TicketsHeartbeat' }
);

export interface WatchTickets {
  afterSeq?: number | null;
  viewId?: string | null;
  filter?: TicketFilter | null;
}

/**
 * The stream of all tickets the caller may read after `afterSeq`, or from now on when that is null.
 *
 * The log has one gap-free number and is kept 24 h, so a position is all that a resume needs. What was missed comes once
 * for each ticket, as it is now. A position that the log no longer holds, or that lies too far back, gets TicketsReset.
 */
export async function watchTickets(ctx: TicketsContext, { afterSeq, viewId, filter }: WatchTickets): Promise<LiveStream<TicketsEvent>> {
  ctx.viewer.require('ticket:read');
  const { joined } = await joinedList(ctx, viewId, filter);
  const readAll = () => viewsWith(ctx, viewId ?? null);
  const stream = new ListStream(ctx, joined, await readAll(), readAll);
  try {
    await stream.begin(afterSeq ?? null);
  } catch (error) {
    await stream.return();
    throw error;
  }
  return stream;
}

/** The caller's views with the one on screen, which may be another team's. */
async function viewsWith(ctx: TicketsContext, viewId: string | null): Promise<TicketView[]> {
  const views = await readViews(ctx);
  const shown = viewId === null || views.some(({ id }) => id === viewId) ? null : await findView(ctx, viewId);
  return shown ? [...views, shown] : views;
}

class ListStream extends LogStream<TicketsEvent, ListSight> implements ListListener {
  readonly #ctx: TicketsContext;
  readonly #list: JoinedFilter;
  #views: readonly TicketView[];
  readonly #readAll: () => Promise<TicketView[]>;

  constructor(ctx: TicketsContext, list: JoinedFilter, views: readonly TicketView[], readAll: () => Promise<TicketView[]>) {
    const forget = ctx.live.subscribe('ticket-views', () => void this.#readViews());
    super(ctx.clock, () => {
      ctx.listTail.detach(this);
      forget();
    });
    this.#ctx = ctx;
    this.#list = list;
    this.#views = views;
    this.#readAll = readAll;
  }

  protected attach(): Promise<number> {
    return this.#ctx.listTail.attach(this);
  }

  protected bounds() {
    return selectListBounds(this.#ctx.db);
  }

  protected async missed(afterSeq: number, present: number, limit: number): Promise<readonly ListSight[]> {
    const events = (await selectListEvents(this.#ctx.db, afterSeq, limit)).filter(({ seq }) => seq <= present);
    return this.#ctx.listTail.lookAt(lastOfEach(events, ({ ticketId, was }) => `${ticketId} ${JSON.stringify(was)}`));
  }

  protected show({ event, ticket }: ListSight, place: Place): boolean {
    const { viewer } = this.#ctx;
    if (ticket && viewer.covers('ticket:read', belongings(ticket))) {
      const viewIds = this.#views.filter(({ filter }) => meetsFilter(ticket, filter, place.at)).map(({ id }) => id);
      const isListed = this.#list !== null && [this.#list.filter, this.#list.also].every((filter) => filter === null || meetsFilter(ticket, filter, place.at));
      this.tell({ __typename: 'TicketsTicketChanged', ...place, ticket, viewIds, isListed });
      return true;
    }
    if (!event.was || !viewer.covers('ticket:read', belongings({ ...event.was, customerId: null }))) return false;
    this.tell({ __typename: 'TicketsTicketRemoved', ...place, ticketId: event.ticketId });
    return true;
  }

  protected async counters(): Promise<Counter[]> {
    return (await countViews(this.#ctx, this.#views)).map((view) => ({
      id: view.id, text: `${view.row?.version ?? 1} ${view.count} ${view.missed}`, shown: () => showView(this.#ctx, view),
    }));
  }

  protected eventOf(kind: 'reset' | 'heartbeat', place: Place): TicketsEvent {
    return { __typename: kind === 'reset' ? 'TicketsReset' : 'TicketsHeartbeat', ...place };
  }

  protected countersEvent(place: Place, views: object[], removedViewIds: string[]): TicketsEvent {
    return { __typename: 'TicketsCountersChanged', ...place, views, removedViewIds };
  }

  /** Tickets come to be at risk by the passing of time alone. */
  protected beat(): void {
    this.countSoon();
  }

  /** Somebody saved or removed a view. */
  async #readViews(): Promise<void> {
    try {
      this.#views = await this.#readAll();
      this.countSoon();
    } catch (error) {
      this.close(error);
    }
  }
}
