/** How many operations run at a time: where it begins, and between which numbers it moves. */
const BEGIN = 64;
const LEAST = 32;
export const MOST = 2_048;
const LOOK_EVERY_MS = 100;
/** Mean time that operations may take beyond the best of their kind: what a queue somewhere inside costs them. */
const EXCESS_MS = 50;
const BACK_OFF = 0.85;
const STEP = 1 / 16;
/** The best time is forgotten this slowly, so that a long overload does not pass for the normal state. */
const FORGET_PER_MS = 0.01 / 1_000;
const KINDS_MAX = 1_000;

interface Best {
  ms: number;
  at: number;
}

/**
 * Learns how many operations the system can work on at once.
 *
 * Wherever work queues up (event loop, pool, committer, disk, another process), operations take longer than the best of
 * their kind did lately. While that excess is small the limit rises as long as it is used; when it grows the limit is
 * taken back quickly. Nothing needs to be known of what the work is.
 */
export class Limit {
  readonly #now: () => number;
  readonly #best = new Map<string, Best>();
  readonly #most: number;
  #value: number;
  #isUsed = false;
  #sumMs = 0;
  #count = 0;
  #lookedAt: number;

  constructor(now: () => number, most = MOST) {
    this.#now = now;
    this.#most = most;
    this.#value = Math.min(BEGIN, most);
    this.#lookedAt = now();
  }

  get value(): number {
    return this.#value;
  }

  /** Somebody was turned away because of the limit. */
  reached(): void {
    this.#isUsed = true;
  }

  /** Takes in how long one operation took; gives by how much that was longer than the best of its kind. */
  learn(kind: string, tookMs: number): number {
    const now = this.#now();
    const excess = tookMs - this.#bestOf(kind, tookMs, now);
    this.#sumMs += excess;
    this.#count += 1;
    if (now - this.#lookedAt >= LOOK_EVERY_MS) this.#adapt(now);
    return excess;
  }

  #bestOf(kind: string, tookMs: number, now: number): number {
    const best = this.#best.get(kind);
    if (!best) {
      if (this.#best.size >= KINDS_MAX) this.#best.clear();
      this.#best.set(kind, { ms: tookMs, at: now });
      return tookMs;
    }
    best.ms = Math.min(tookMs, best.ms * (1 + (now - best.at) * FORGET_PER_MS));
    best.at = now;
    return best.ms;
  }

  #adapt(now: number): void {
    // Slow operations while there is room say nothing about a queue.
    if (this.#isUsed) {
      const isLate = this.#sumMs / this.#count > EXCESS_MS;
      this.#value = isLate ? Math.max(Math.min(LEAST, this.#most), Math.floor(this.#value * BACK_OFF)) : Math.min(this.#most, Math.ceil(this.#value * (1 + STEP)));
    }
    this.#isUsed = false;
    this.#sumMs = this.#count = 0;
    this.#lookedAt = now;
  }
}
