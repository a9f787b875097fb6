import type { Logger } from '@careline/kit/observe';
import type { Redis } from '@careline/kit/redis';
import type { RequestFacts } from '@careline/kit/graphql';

/** So many in so long. */
export interface Rate {
  limit: number;
  windowMs: number;
  /** Counted for the address even when an identity is known: what guesses passwords has none. */
  isByAddress?: boolean;
}

const perMinute = (limit: number, isByAddress = false): Rate => ({ limit, windowMs: 60_000, isByAddress });
const perTenSeconds = (limit: number): Rate => ({ limit, windowMs: 10_000 });

/** Rates of single root fields; every other operation is held only by the rate of its sender. */
const RATES: Record<string, Rate> = {
  signIn: perMinute(20, true), setPassword: perMinute(20, true), setUp: perMinute(10, true), refreshSignIn: perMinute(60, true),
  startVisit: perMinute(240, true), identifyCustomer: perMinute(60, true),
  sendMessage: perTenSeconds(100), startConversation: perMinute(30), setTyping: perTenSeconds(60), createUpload: perMinute(60),
  revealCustomer: perMinute(60), findCustomer: perMinute(120), createTickets: perMinute(120), issueToken: perMinute(20),
};
const PER_IDENTITY = perTenSeconds(600);
const PER_ADDRESS = perTenSeconds(6_000);
/** Characters of documents that nobody sent before: parsing and checking them is what a refused one costs us. */
const NEW_TEXT = perTenSeconds(400_000);
const NEW_TEXT_LEAST = 1_000;
const BAD_TOKENS = perMinute(300);
const POINTS = perMinute(600_000);
const FLUSH_MS = 100;

interface Window {
  endsAt: number;
  /** Counted by every gateway, as of the last flush. */
  shared: number;
  /** Counted here since. */
  pending: number;
}

/**
 * Counts operations per sender, for all gateways together through Redis.
 *
 * Counting is local and handed over ten times a second, so that no request waits for Redis: several
 * gateways together may let a little more through in that tenth. Without Redis each counts alone.
 */
export class RateLimiter {
  readonly #redis: Redis | null;
  readonly #log: Logger;
  readonly #scale: number;
  readonly #windows = new Map<string, Window>();
  readonly #timer: NodeJS.Timeout;
  #isFlushing = false;

  constructor(redis: Redis | null, log: Logger, scale: number) {
    this.#redis = redis;
    this.#log = log;
    this.#scale = scale;
    this.#timer = setInterval(() => void this.#flush(), FLUSH_MS);
    this.#timer.unref();
  }

  /** Counts a request, whatever becomes of it. Returns 0, or for how many ms its sender must wait. */
  arrive(facts: RequestFacts, now: number): number {
    if (this.#scale === 0) return 0;
    const wait = this.#count(`ip:${facts.address}`, '*', PER_ADDRESS, 1, now);
    return facts.identity ? Math.max(wait, this.#count(facts.identity.id, '*', PER_IDENTITY, 1, now)) : wait;
  }

  /** Counts a document that has to be read because nobody sent it before; returns as `arrive` does. */
  read(characters: number, facts: RequestFacts, now: number): number {
    if (this.#scale === 0) return 0;
    const weight = Math.max(NEW_TEXT_LEAST, characters);
    const wait = this.#count(`ip:${facts.address}`, 'text', NEW_TEXT, weight, now);
    return facts.identity ? Math.max(wait, this.#count(facts.identity.id, 'text', NEW_TEXT, weight, now)) : wait;
  }

  /** Counts an operation by its root fields; returns as `arrive` does. */
  take(rootFields: readonly string[], facts: RequestFacts, now: number): number {
    if (this.#scale === 0) return 0;
    const sender = facts.identity?.id ?? `ip:${facts.address}`;
    let wait = 0;
    for (const field of new Set(rootFields)) {
      const rate = RATES[field];
      if (!rate) continue;
      const times = rootFields.filter((one) => one === field).length;
      wait = Math.max(wait, this.#count(rate.isByAddress ? `ip:${facts.address}` : sender, field, rate, times, now));
    }
    return wait;
  }

  /** Spends points of a sender's budget. Says for how many ms it must wait (0: go on) and what is left until then; null: nobody counts. */
  spend(points: number, facts: RequestFacts, now: number): { waitMs: number; left: number | null } {
    if (this.#scale === 0) return { waitMs: 0, left: null };
    const sender = facts.identity?.id ?? `ip:${facts.address}`;
    const waitMs = this.#count(sender, 'points', POINTS, points, now);
    return { waitMs, left: Math.max(0, Math.floor(POINTS.limit * this.#scale) - this.#used(sender, 'points', POINTS, now)) };
  }

  /** What a sender has left of the rate of one root field; null when there is none. */
  left(field: string, facts: RequestFacts, now: number): { limit: number; remaining: number; resetMs: number } | null {
    const rate = RATES[field];
    if (!rate || this.#scale === 0) return null;
    const sender = rate.isByAddress ? `ip:${facts.address}` : (facts.identity?.id ?? `ip:${facts.address}`);
    const limit = rate.limit * this.#scale;
    return { limit, remaining: Math.max(0, limit - this.#used(sender, field, rate, now)), resetMs: rate.windowMs - (now % rate.windowMs) };
  }

  /** Remembers that a token nobody knows came from this address. */
  strike(address: string): void {
    if (this.#scale > 0) this.#count(`ip:${address}`, 'bad-token', BAD_TOKENS, 1, Date.now());
  }

  /** For how many ms nobody is asked about further unknown tokens of this address; 0: go on. */
  struckOut(address: string): number {
    return this.#scale > 0 ? this.#count(`ip:${address}`, 'bad-token', BAD_TOKENS, 0, Date.now()) : 0;
  }

  #count(sender: string, what: string, rate: Rate, times: number, now: number): number {
    const key = keyOf(sender, what, rate, now);
    let window = this.#windows.get(key);
    if (!window) this.#windows.set(key, (window = { endsAt: (Math.floor(now / rate.windowMs) + 1) * rate.windowMs, shared: 0, pending: 0 }));
    window.pending += times;
    return window.shared + window.pending > rate.limit * this.#scale ? Math.max(1, window.endsAt - now) : 0;
  }

  #used(sender: string, what: string, rate: Rate, now: number): number {
    const window = this.#windows.get(keyOf(sender, what, rate, now));
    return window ? window.shared + window.pending : 0;
  }

  /** Hands the counts over and learns those of the other gateways, unless an answer is still awaited. */
  async #flush(): Promise<void> {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    await this.#exchange();
    this.#isFlushing = false;
  }

  async #exchange(): Promise<void> {
    const now = Date.now();
    const open: [string, Window, number][] = [];
    for (const [key, window] of this.#windows) {
      if (window.endsAt < now - 1_000) this.#windows.delete(key);
      else if (window.pending > 0) open.push([key, window, window.pending]);
    }
    if (!this.#redis || open.length === 0) return;
    const batch = this.#redis.pipeline();
    for (const [key, window, pending] of open) batch.incrby(key, pending).pexpireat(key, window.endsAt + 1_000);
    try {
      const answers = await batch.exec();
      open.forEach(([, window, pending], index) => {
        const shared = answers?.[index * 2]?.[1];
        if (typeof shared !== 'number') return;
        window.shared = shared;
        window.pending -= pending;
      });
    } catch (error) {
      this.#log.warn({ err: error }, 'rates are counted by this gateway alone');
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

const keyOf = (sender: string, what: string, rate: Rate, now: number) => `rate:${what}:${sender}:${Math.floor(now / rate.windowMs)}`;
