import { hasPassed, SECOND, type Clock } from '../time/index.ts';
import { LiveStream } from './live-stream.ts';

const COUNTERS_EVERY_MS = 500;
const BEAT_AFTER_MS = 15 * SECOND;
/** More missed than this is cheaper to load again. */
const MISSED_MAX = 2_000;
const QUEUE_MAX = MISSED_MAX + 500;
/** So far a reader may fall behind through events of others before it gets a new position. */
const DRIFT_MAX = 500;

/** Where an event stands in the stream, and when it is sent. */
export interface Place {
  seq: number;
  at: number;
}

/** The counter of one view: `text` differs when it has changed for the reader. */
export interface Counter {
  id: string;
  text: string;
  shown(): object;
}

/**
 * One reader of a log that everybody shares: it has one gap-free number, so a position is all that a resume needs. What was
 * missed comes first, then what happens, then counters, at most every half second. A position that the log no longer holds, or
 * that lies too far back, is told to load again.
 */
export abstract class LogStream<Event extends Place, Sight extends { event: { seq: number } }> extends LiveStream<Event> {
  readonly #clock: Clock;
  #cursor = 0;
  /** The position the reader holds. */
  #sent = 0;
  #early: Sight[] | null = [];
  #counters = new Map<string, string>();
  #counting: NodeJS.Timeout | null = null;
  #beatAt: number;

  constructor(clock: Clock, onClose: () => void) {
    super(() => {
      onClose();
      if (this.#counting) clearTimeout(this.#counting);
    }, QUEUE_MAX);
    this.#clock = clock;
    this.#beatAt = clock.now();
  }

  /** Begins to be told of what happens; gives the number of the last event before that. */
  protected abstract attach(): Promise<number>;
  /** Which numbers the log holds. */
  protected abstract bounds(): Promise<{ oldest: number | null; last: number }>;
  /** What happened after a position up to the present, at most `limit` events, as it is now. */
  protected abstract missed(afterSeq: number, present: number, limit: number): Promise<readonly Sight[]>;
  /** Tells the reader of an event that concerns it; says whether it does. */
  protected abstract show(sight: Sight, place: Place): boolean;
  protected abstract counters(): Promise<readonly Counter[]>;
  protected abstract eventOf(kind: 'reset' | 'heartbeat', place: Place): Event;
  protected abstract countersEvent(place: Place, views: object[], removedViewIds: string[]): Event;
  /** With each heartbeat: what changes without an event. */
  protected abstract beat(): void;

  /** Listens first, then brings the reader from its position to the present. */
  async begin(afterSeq: number | null): Promise<void> {
    const present = await this.attach();
    this.#cursor = this.#sent = present;
    if (afterSeq !== null) await this.#catchUp(afterSeq, present);
    await this.#count(true);
    const early = this.#early!;
    this.#early = null;
    this.onSights(early);
  }

  async #catchUp(afterSeq: number, present: number): Promise<void> {
    const { oldest, last } = await this.bounds();
    const isKept = oldest === null ? afterSeq >= last : afterSeq >= oldest - 1;
    if (!isKept || afterSeq > present || present - afterSeq > MISSED_MAX) {
      this.tell(this.eventOf('reset', { seq: present, at: this.#clock.now() }));
      return;
    }
    for (const sight of await this.missed(afterSeq, present, MISSED_MAX)) this.#show(sight);
  }

  onSights(sights: readonly Sight[]): void {
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
    if (isConcerned || this.#cursor - this.#sent > DRIFT_MAX) this.countSoon();
  }

  onBeat(): void {
    const now = this.#clock.now();
    if (this.#early || !hasPassed(this.#beatAt, BEAT_AFTER_MS, now)) return;
    this.#beatAt = now;
    this.push(this.eventOf('heartbeat', { seq: this.#sent, at: now }));
    this.beat();
  }

  #show(sight: Sight): boolean {
    return this.show(sight, { seq: sight.event.seq, at: this.#clock.now() });
  }

  /** Sends an event that moves the reader's position. */
  protected tell(event: Event): void {
    this.#sent = Math.max(this.#sent, event.seq);
    this.push(event);
  }

  protected countSoon(): void {
    this.#counting ??= setTimeout(() => {
      this.#counting = null;
      if (!this.isClosed) void this.#count(false).catch((error: unknown) => this.close(error));
    }, COUNTERS_EVERY_MS);
  }

  async #count(isFirst: boolean): Promise<void> {
    const position = this.#cursor;
    const counters = await this.counters();
    const changed = counters.filter((counter) => this.#isNews(counter));
    const gone = [...this.#counters.keys()].filter((known) => !counters.some(({ id }) => id === known));
    for (const id of gone) this.#counters.delete(id);
    if (changed.length + gone.length === 0 && !isFirst && position - this.#sent <= DRIFT_MAX) return;
    this.tell(this.countersEvent({ seq: Math.max(position, this.#sent), at: this.#clock.now() }, changed.map((counter) => counter.shown()), gone));
  }

  #isNews({ id, text }: Counter): boolean {
    const isNews = this.#counters.get(id) !== text;
    this.#counters.set(id, text);
    return isNews;
  }
}

/** Of several changes of one thing only the last: it is shown as it is now anyway. Null keeps an event whatever comes after it. */
export function lastOfEach<Event extends { seq: number }>(events: readonly Event[], keyOf: (event: Event) => string | null): Event[] {
  const places = new Map(events.map((event) => [keyOf(event), event.seq]));
  return events.filter((event) => keyOf(event) === null || places.get(keyOf(event)) === event.seq);
}
