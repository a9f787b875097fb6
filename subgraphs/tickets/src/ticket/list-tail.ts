import { setTimeout as delay } from 'node:timers/promises';
import type { Vault } from '@careline/kit/crypto';
import type { Db } from '@careline/kit/db';
import { coalesced, type Live } from '@careline/kit/live';
import type { Logger } from '@careline/kit/observe';
import { SECOND } from '@careline/kit/time';
import { clocksOfTickets, type ClockRow } from '../sla/index.ts';
import { hasListChanges, lockListSeq, selectListBounds, selectListChanges, selectListEvents, storeListEvents, type ListChange, type ListEvent } from './list-log.store.ts';
import { openTickets, ticketsById, type OpenTicket } from './ticket.store.ts';

/** Live channel on which the last number of the log is announced. */
const CHANNEL = 'ticket-lists';
const BATCH = 500;
/** The first change is numbered at once; those that follow it closely get their numbers in one transaction. */
const GATHER_MS = 20;
const LOOK_EVERY_MS = 5 * SECOND;

/** A ticket as filters and readers need it. */
export type ListedTicket = OpenTicket & { clocks: readonly ClockRow[] };

/** An event of the log with what all its readers need, looked up once. */
export interface ListSight {
  event: ListEvent;
  /** Null when it does not exist any more. */
  ticket: ListedTicket | null;
}

export interface ListListener {
  onSights(sights: readonly ListSight[]): void;
  onBeat(): void;
}

/**
 * The log of all changes of tickets, numbered without gap, and its end as one process reads it for all who watch lists.
 *
 * Verbs only append to `list_changes`, so none waits for a shared counter. Afterwards one short transaction at a time, on
 * whichever process, moves the committed changes over: numbers follow the order in which they become readable, and a
 * reader who has seen 7 never finds a new 6.
 */
export class ListTail {
  readonly #db: Db;
  readonly #vault: Vault;
  readonly #live: Live;
  readonly #log: Logger;
  readonly #listeners = new Set<ListListener>();
  readonly #number: () => Promise<void>;
  readonly #read: () => Promise<void>;
  #numbering = Promise.resolve();
  #last: number | null = null;
  #unsubscribe: (() => void) | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor({ db, vault, live, log }: { db: Db; vault: Vault; live: Live; log: Logger }) {
    this.#db = db;
    this.#vault = vault;
    this.#live = live;
    this.#log = log;
    this.#number = coalesced(() => this.#numberAll());
    this.#read = coalesced(() => this.#readAll());
  }

  /** Numbers what waits, soon. Cheap to call after every commit. */
  wake(): void {
    if (!this.#isClosed) this.#numbering = this.#number();
  }

  /** Numbers all that waits, and also what a process left behind that died between its commit and its wake-up. */
  async drain(): Promise<void> {
    if (await hasListChanges(this.#db)) this.wake();
    await this.#numbering;
  }

  /** Begins to tell the listener of everything after the returned number. */
  async attach(listener: ListListener): Promise<number> {
    this.#unsubscribe ??= this.#live.subscribe(CHANNEL, () => void this.#read().catch((error: unknown) => this.#report(error)));
    this.#timer ??= setInterval(() => void this.beat().catch((error: unknown) => this.#report(error)), LOOK_EVERY_MS).unref();
    // Up to the present first: nobody listened while nobody was connected.
    await this.#read();
    this.#listeners.add(listener);
    return this.#last!;
  }

  detach(listener: ListListener): void {
    this.#listeners.delete(listener);
  }

  /** Numbers what was left behind, reads the table and gives every listener its beat. The timer calls it. */
  async beat(): Promise<void> {
    await this.drain();
    await this.#read();
    for (const listener of this.#listeners) listener.onBeat();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unsubscribe?.();
    if (this.#timer) clearInterval(this.#timer);
    this.#listeners.clear();
    await this.#numbering;
  }

  /** Looks up what the readers of these events need, with one statement per table. */
  async lookAt(events: readonly ListEvent[]): Promise<ListSight[]> {
    const rows = await ticketsById(this.#db, [...new Set(events.map(({ ticketId }) => ticketId))]);
    const [opened, clocks] = await Promise.all([openTickets(this.#vault, this.#db, rows), clocksOfTickets(this.#db, rows.map(({ id }) => id))]);
    const byId = new Map(opened.map((row) => [row.id, { ...row, clocks: clocks.get(row.id) ?? [] }]));
    return events.map((event) => ({ event, ticket: byId.get(event.ticketId) ?? null }));
  }

  async #numberAll(): Promise<void> {
    try {
      for (let isFull = true; isFull && !this.#isClosed;) isFull = (await this.#numberBatch()) === BATCH;
      if (!this.#isClosed) await delay(GATHER_MS);
    } catch (error) {
      this.#log.error({ err: error }, 'changes of ticket lists could not be numbered; the next change tries again');
    }
  }

  #numberBatch(): Promise<number> {
    return this.#db.transaction(async (tx) => {
      const last = await lockListSeq(tx);
      const changes = await selectListChanges(tx, BATCH);
      if (changes.length === 0) return 0;
      const events = withoutRepeats(changes).map(({ ticketId, was, at }, place) => ({ seq: last + 1 + place, ticketId, was, at }));
      await storeListEvents(tx, events, changes.map(({ changeId }) => changeId));
      tx.afterCommit(() => this.#live.publish(CHANNEL, { seq: events.at(-1)!.seq }));
      return changes.length;
    });
  }

  async #readAll(): Promise<void> {
    this.#last ??= (await selectListBounds(this.#db)).last;
    for (let isFull = true; isFull;) {
      const events = await selectListEvents(this.#db, this.#last, BATCH);
      isFull = events.length === BATCH;
      if (events.length === 0) return;
      const sights = this.#listeners.size > 0 ? await this.lookAt(events) : [];
      this.#last = events.at(-1)!.seq;
      for (const listener of this.#listeners) listener.onSights(sights);
    }
  }

  #report(error: unknown): void {
    this.#log.error({ err: error }, 'the log of ticket lists could not be read; the next look tries again');
  }
}

/** Of equal changes only the last: an event shows the ticket as it is, so one of them says it all. */
function withoutRepeats<Change extends ListChange>(changes: readonly Change[]): Change[] {
  const keyOf = ({ ticketId, was }: ListChange) => `${ticketId} ${JSON.stringify(was)}`;
  const last = new Map(changes.map((change, place) => [keyOf(change), place]));
  return changes.filter((change, place) => last.get(keyOf(change)) === place);
}
