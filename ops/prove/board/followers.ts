import { socketLine, type Line } from '../../harness/lines.ts';
import { BOARD, TICKET, type Board, type TicketSeen } from './recount.ts';

interface Entry {
  seq: number;
  kind: string;
}

/** One ticket as its own stream tells it. */
export interface Followed {
  ticket: TicketSeen | null;
  entries: Entry[];
  /** Entries whose predecessor was not there. */
  holes: number;
}

/** The greatest version wins, as the schema says. */
const newer = (known: TicketSeen | null | undefined, told: TicketSeen) => (known && known.version > told.version ? known : told);

/** Clients that keep what they show by events alone, from the moment they begin. */
export class Followers {
  readonly #line: Line;
  readonly #failures: string[] = [];
  #isOver = false;
  board: Board | null = null;
  boardAt = 0;
  boards = 0;
  /** The longest time between two boards while `isBusy`. */
  longestSilenceMs = 0;
  isBusy = false;
  readonly list = new Map<string, TicketSeen>();
  readonly counters = new Map<string, number>();
  resets = 0;
  readonly single = new Map<string, Followed>();

  constructor(url: string, token: string) {
    this.#line = socketLine({ url, token });
  }

  /** Streams that ended, with their reasons: there must be none. */
  get failures(): readonly string[] {
    return this.#failures;
  }

  followBoard(): void {
    void this.#follow(`subscription { slaBoardChanged { __typename ... on SlaBoardChanged { board { ${BOARD} } } } }`, {}, ({ slaBoardChanged: event }) => {
      if (event.__typename !== 'SlaBoardChanged') return;
      const now = performance.now();
      if (this.isBusy && this.boardAt > 0) this.longestSilenceMs = Math.max(this.longestSilenceMs, now - this.boardAt);
      this.board = event.board;
      this.boardAt = now;
      this.boards += 1;
    });
  }

  followList(): void {
    void this.#follow(`subscription { ticketsChanged { __typename seq ... on TicketsTicketChanged { ticket { ${TICKET} } } ... on TicketsCountersChanged { views { id count } removedViewIds } } }`, {}, ({ ticketsChanged: event }) => {
      if (event.__typename === 'TicketsTicketChanged') this.list.set(event.ticket.id, newer(this.list.get(event.ticket.id), event.ticket));
      if (event.__typename === 'TicketsCountersChanged') for (const { id, count } of event.views) this.counters.set(id, count);
      if (event.__typename === 'TicketsReset') this.resets += 1;
    });
  }

  followTicket(id: string): void {
    const followed: Followed = { ticket: null, entries: [], holes: 0 };
    this.single.set(id, followed);
    const query = `subscription ($id: ID!) { ticketChanged(ticketId: $id, afterSeq: 0) { __typename seq ... on TicketChanged { ticket { ${TICKET} } } ... on TicketEntryAdded { previousSeq entry { seq kind } } } }`;
    void this.#follow(query, { id }, ({ ticketChanged: event }) => {
      if (event.__typename === 'TicketChanged') followed.ticket = newer(followed.ticket, event.ticket);
      if (event.__typename !== 'TicketEntryAdded') return;
      if (event.previousSeq !== (followed.entries.at(-1)?.seq ?? 0)) followed.holes += 1;
      followed.entries.push(event.entry);
    });
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  async #follow(query: string, variables: Record<string, unknown>, take: (data: any) => void): Promise<void> {
    for await (const { data, errors } of this.#line.stream(query, variables)) {
      if (errors) this.#failures.push(errors.map(({ message }) => message).join(' '));
      else take(data);
    }
    if (!this.#isOver) this.#failures.push(`a stream ended: ${query.slice(0, 60)}`);
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await this.#line.close();
  }
}
