import { LiveStream } from '@careline/kit/live';
import { hasPassed, SECOND } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { meetsFilter, type JoinedFilter } from './filter.rules.ts';
import { selectListBounds, selectListEvents, type ListEvent } from './list-log.store.ts';
import type { ListedTicket, ListListener, ListSight } from './list-tail.ts';
import type { TicketFilter } from './list.types.ts';
import { countViews, joinedList, readViews, showView, type CountedView, type TicketView } from './read-views.ts';
import { belongings } from './ticket.rules.ts';

const COUNTERS_EVERY_MS = 500;
const BEAT_AFTER_MS = 15 * SECOND;
/** More missed than this is cheaper to load again. */
const MISSED_MAX = 2_000;
const QUEUE_MAX = MISSED_MAX + 500;
/** So far a reader may fall behind through events of others before it gets a new position. */
const DRIFT_MAX = 500;

export type TicketsEvent = { seq: number; at: number } & (
  | { __typename: 'TicketsTicketChanged'; ticket: ListedTicket; viewIds: string[]; isListed: boolean }
  | { __typename: 'TicketsTicketRemoved'; ticketId: string }
  | { __typename: 'TicketsCountersChanged'; views: object[] }
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
  const stream = new ListStream(ctx, joined, await readViews(ctx));
  try {
    await stream.begin(afterSeq ?? null);
  } catch (error) {
    await stream.return();
    throw error;
  }
  return stream;
}

class ListStream extends LiveStream<TicketsEvent> implements ListListener {
  readonly #ctx: TicketsContext;
  readonly #list: JoinedFilter;
  #views: readonly TicketView[];
  #cursor = 0;
  /** The position the reader holds. */
  #sent = 0;
  #early: ListSight[] | null = [];
  #counters = new Map<string, string>();
  #counting: NodeJS.Timeout | null = null;
  #beatAt: number;

  constructor(ctx: TicketsContext, list: JoinedFilter, views: readonly TicketView[]) {
    const forget = ctx.live.subscribe('ticket-views', () => void this.#readViews());
    super(() => {
      ctx.listTail.detach(this);
      forget();
      if (this.#counting) clearTimeout(this.#counting);
    }, QUEUE_MAX);
    this.#ctx = ctx;
    this.#list = list;
    this.#views = views;
    this.#beatAt = ctx.clock.now();
  }

  /** Listens first, then brings the reader from its position to the present. */
  async begin(afterSeq: number | null): Promise<void> {
    const present = await this.#ctx.listTail.attach(this);
    this.#cursor = this.#sent = present;
    if (afterSeq !== null) await this.#catchUp(afterSeq, present);
    await this.#count(true);
    const early = this.#early!;
    this.#early = null;
    this.onSights(early);
  }

  async #catchUp(afterSeq: number, present: number): Promise<void> {
    const { oldest, last } = await selectListBounds(this.#ctx.db);
    const isKept = oldest === null ? afterSeq >= last : afterSeq >= oldest - 1;
    if (!isKept || afterSeq > present || present - afterSeq > MISSED_MAX) {
      this.#push({ __typename: 'TicketsReset', seq: present, at: this.#ctx.clock.now() });
      return;
    }
    const missed = (await selectListEvents(this.#ctx.db, afterSeq, MISSED_MAX)).filter((event) => event.seq <= present);
    for (const sight of await this.#ctx.listTail.lookAt(lastOfEach(missed))) this.#show(sight);
  }

  onSights(sights: readonly ListSight[]): void {
    if (this.#early) {
      this.#early.push(...sights);
      // It comes again from its position, when there is less to do.
      if (this.#early.length > QUEUE_MAX) this.close();
      return;
    }
    let isConcerned = false;
    for (const sight of sights) {
      if (sight.event.seq <= this.#cursor) continue;
      this.#cursor = sight.event.seq;
      isConcerned = this.#show(sight) || isConcerned;
    }
    if (isConcerned || this.#cursor - this.#sent > DRIFT_MAX) this.#countSoon();
  }

  onBeat(): void {
    const now = this.#ctx.clock.now();
    if (this.#early || !hasPassed(this.#beatAt, BEAT_AFTER_MS, now)) return;
    this.#beatAt = now;
    this.push({ __typename: 'TicketsHeartbeat', seq: this.#sent, at: now });
    // Tickets come to be at risk by the passing of time alone.
    this.#countSoon();
  }

  /** Whether the event concerned this reader. */
  #show({ event, ticket }: ListSight): boolean {
    const { viewer, clock } = this.#ctx;
    const place = { seq: event.seq, at: clock.now() };
    if (ticket && viewer.covers('ticket:read', belongings(ticket))) {
      const viewIds = this.#views.filter(({ filter }) => meetsFilter(ticket, filter, place.at)).map(({ id }) => id);
      const isListed = this.#list !== null && [this.#list.filter, this.#list.also].every((filter) => filter === null || meetsFilter(ticket, filter, place.at));
      this.#push({ __typename: 'TicketsTicketChanged', ...place, ticket, viewIds, isListed });
      return true;
    }
    if (!event.was || !viewer.covers('ticket:read', belongings({ ...event.was, customerId: null }))) return false;
    this.#push({ __typename: 'TicketsTicketRemoved', ...place, ticketId: event.ticketId });
    return true;
  }

  #push(event: TicketsEvent): void {
    this.#sent = Math.max(this.#sent, event.seq);
    this.push(event);
  }

  /** Somebody saved or removed a view. */
  async #readViews(): Promise<void> {
    try {
      this.#views = await readViews(this.#ctx);
      this.#countSoon();
    } catch (error) {
      this.close(error);
    }
  }

  #countSoon(): void {
    this.#counting ??= setTimeout(() => {
      this.#counting = null;
      if (!this.isClosed) void this.#count(false).catch((error: unknown) => this.close(error));
    }, COUNTERS_EVERY_MS);
  }

  async #count(isFirst: boolean): Promise<void> {
    const position = this.#cursor;
    const changed = (await countViews(this.#ctx, this.#views)).filter((view) => this.#isNews(view));
    if (changed.length === 0 && !isFirst && position - this.#sent <= DRIFT_MAX) return;
    this.#push({ __typename: 'TicketsCountersChanged', seq: Math.max(position, this.#sent), at: this.#ctx.clock.now(), views: changed.map((view) => showView(this.#ctx, view)) });
  }

  #isNews({ id, row, count, missed }: CountedView): boolean {
    const text = `${row?.version ?? 1} ${count} ${missed}`;
    const isNews = this.#counters.get(id) !== text;
    this.#counters.set(id, text);
    return isNews;
  }
}

/** Of several changes of one ticket only the last: it is shown as it is now anyway. */
function lastOfEach(events: readonly ListEvent[]): ListEvent[] {
  const keyOf = ({ ticketId, was }: ListEvent) => `${ticketId} ${JSON.stringify(was)}`;
  const places = new Map(events.map((event) => [keyOf(event), event.seq]));
  return events.filter((event) => places.get(keyOf(event)) === event.seq);
}
