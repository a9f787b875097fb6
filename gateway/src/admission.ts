import { counter, gauge, histogram } from '@careline/kit/observe';
import { Limit } from './limit.ts';

/**
 * What is let in first when not everything can be: a conversation that has begun, before what begins
 * or changes something, before lists, reports and documents nobody has seen yet. Streams stand beside them.
 */
export type Urgency = 'stream' | 'conversation' | 'work' | 'bulk';

/** Of the present limit, as much as operations of this urgency may fill. */
const SHARE: Record<Exclude<Urgency, 'stream'>, number> = { conversation: 1, work: 0.75, bulk: 0.5 };
/**
 * Streams that may be opening at a time, in all and of one sender. Opened together they are read together, so letting them
 * in costs less than sending them away to come again; the limit learnt from delay is for work that is done one by one.
 */
const OPENING = { most: 4_096, mostOfOne: 256 };
/**
 * Operations of begun conversations that may run whatever the limit says. Sends are stored together, and a whole transaction of
 * them (128) costs hardly more than a small one: refusing below that makes each message dearer, and its sender wait for seconds.
 */
const CONVERSATIONS_LEAST = 128;
/** Below this part of the places nobody is asked to leave room for others. */
const QUIET = 0.5;
/** Of what everybody would get, as much as one sender may hold while others wait outside. */
const GENEROSITY = 2;
const LEAST_OF_ONE = 2;
/** For so long a sender counts among those who share. */
const SHARING_MS = 1_000;
const RETRY_MS = { least: 500, most: 10_000 };

const refused = counter('careline_gateway_refused_total', 'Operations refused before they cost anything, by reason.', ['reason', 'urgency']);
const excess = histogram('careline_gateway_excess_seconds', 'How much longer operations took than the best of their kind lately.', []);

/** Why there is no place now, and when to come again. No error object: those cost more than all the rest of a refusal. */
export interface NoPlace {
  code: 'UNAVAILABLE' | 'RATE_LIMITED';
  retryAfterMs: number;
}

/** The right to run one operation, until it is given back. */
export interface Place {
  /** Gives the place back. How long it was held teaches the limit, unless the operation was not run as it should be. */
  leave(isTypical: boolean): void;
}

/**
 * Lets in as many operations at a time as the system finishes without making them wait, and refuses the rest at once.
 * How many that is, is learnt from how long they take: see `Limit`.
 */
export class Admission {
  readonly #limit: Limit;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  readonly #held = new Map<string, number>();
  readonly #opening = new Map<string, number>();
  readonly #openingMost: number;
  readonly #conversationsLeast: number;
  #openingNow = 0;
  #running = 0;
  #sharers = new Set<string>();
  #sharersBefore = 0;
  #offered = 0;
  #admitted = 0;
  #pressure = 1;

  constructor(most: number, now: () => number = () => performance.now()) {
    this.#now = now;
    this.#limit = new Limit(now, most);
    this.#conversationsLeast = Math.min(CONVERSATIONS_LEAST, most);
    this.#openingMost = Math.min(OPENING.most, most * 2);
    this.#timer = setInterval(() => this.#count(), SHARING_MS).unref();
    gauge('careline_gateway_operations', 'Operations that run now, and how many may.', ['of'], (metric) => {
      metric.set({ of: 'running' }, this.#running);
      metric.set({ of: 'limit' }, this.#limit.value);
      metric.set({ of: 'opening' }, this.#openingNow);
    });
  }

  /** Whether refusals are to be expected, so that looking first is cheaper than beginning. */
  get isFull(): boolean {
    return this.#running >= this.#limit.value * QUIET;
  }

  /**
   * A place for an operation of this kind, or why there is none: UNAVAILABLE when the system is full,
   * RATE_LIMITED when it is getting full and this sender holds more than its part. `kind` names operations that
   * cost about the same; null: nobody knows, and nothing is learnt from it.
   */
  enter(kind: string | null, urgency: Urgency, sender: string): Place | NoPlace {
    if (urgency === 'stream') return this.#enterStream(sender);
    this.#offered += 1;
    this.#sharers.add(sender);
    const places = this.#placesFor(urgency);
    if (this.#running >= places * SHARE[urgency]) {
      this.#limit.reached();
      return this.#refuse('full', urgency);
    }
    const mine = this.#held.get(sender) ?? 0;
    if (this.#running >= places * QUIET && mine >= this.#partOfOne(places)) return this.#refuse('share', urgency);
    this.#admitted += 1;
    this.#running += 1;
    take(this.#held, sender);
    return this.#place(kind, sender);
  }

  #placesFor(urgency: Urgency): number {
    return urgency === 'conversation' ? Math.max(this.#limit.value, this.#conversationsLeast) : this.#limit.value;
  }

  #enterStream(sender: string): Place | NoPlace {
    if (this.#openingNow >= this.#openingMost) return this.#refuse('full', 'stream');
    if ((this.#opening.get(sender) ?? 0) >= OPENING.mostOfOne) return this.#refuse('share', 'stream');
    this.#openingNow += 1;
    take(this.#opening, sender);
    let isOver = false;
    return {
      leave: () => {
        if (isOver) return;
        isOver = true;
        this.#openingNow -= 1;
        giveBack(this.#opening, sender);
      },
    };
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #place(kind: string | null, sender: string): Place {
    const from = this.#now();
    let isOver = false;
    return {
      leave: (isTypical) => {
        if (isOver) return;
        isOver = true;
        this.#running -= 1;
        giveBack(this.#held, sender);
        if (isTypical && kind !== null) excess.observe(this.#limit.learn(kind, this.#now() - from) / 1_000);
      },
    };
  }

  #partOfOne(places: number): number {
    return Math.max(LEAST_OF_ONE, Math.ceil((GENEROSITY * places) / Math.max(1, this.#sharers.size, this.#sharersBefore)));
  }

  #refuse(reason: 'full' | 'share', urgency: Urgency): NoPlace {
    refused.inc({ reason, urgency });
    // Spread, so that those refused together do not come back together; longer the more is offered than can be done.
    const retryAfterMs = Math.round(Math.min(RETRY_MS.most, RETRY_MS.least * this.#pressure) * (0.75 + Math.random() / 2));
    return { code: reason === 'full' ? 'UNAVAILABLE' : 'RATE_LIMITED', retryAfterMs };
  }

  #count(): void {
    this.#sharersBefore = this.#sharers.size;
    this.#sharers = new Set();
    this.#pressure = Math.max(1, this.#offered / Math.max(1, this.#admitted));
    this.#offered = this.#admitted = 0;
  }
}

const take = (held: Map<string, number>, sender: string) => void held.set(sender, (held.get(sender) ?? 0) + 1);

function giveBack(held: Map<string, number>, sender: string): void {
  const left = held.get(sender)! - 1;
  if (left > 0) held.set(sender, left);
  else held.delete(sender);
}
