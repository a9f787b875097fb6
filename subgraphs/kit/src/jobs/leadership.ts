import { lease, renewAll, type Db, type HeldLease, type Lease } from '../db/index.ts';
import type { Logger } from '../observe/index.ts';

export interface LeadershipOptions {
  db: Db;
  name: string;
  holder: string;
  log: Logger;
  ttlMs?: number;
}

/**
 * Whether this process is the one that does a thing. Once taken, the lease is renewed in the background,
 * so that a long step keeps it; after a lost renewal `holds` turns false and another may lead.
 */
export class Leadership {
  readonly #lease: Lease;
  readonly #options: LeadershipOptions;
  readonly #ttlMs: number;
  readonly #renewals: Renewals;
  #fence: number | null = null;
  #nextTry = 0;

  constructor(options: LeadershipOptions) {
    this.#options = options;
    this.#ttlMs = options.ttlMs ?? 6_000;
    this.#lease = lease(options.db, options.name, options.holder, this.#ttlMs);
    this.#renewals = renewalsOf(options.db, this.#ttlMs);
  }

  get isHeld(): boolean {
    return this.#fence !== null;
  }

  /** What we have of it now; null when another may lead. */
  get held(): HeldLease | null {
    return this.#fence === null ? null : { name: this.#options.name, holder: this.#options.holder, fence: this.#fence };
  }

  /** Takes the lease unless we have it. Asks the database once per second at most while another has it. */
  async take(): Promise<boolean> {
    if (this.#fence !== null) return true;
    if (performance.now() < this.#nextTry) return false;
    this.#fence = await this.#lease.acquire();
    if (this.#fence === null) {
      this.#nextTry = performance.now() + 1_000;
      return false;
    }
    this.#renewals.add(this);
    return true;
  }

  async leave(): Promise<void> {
    const fence = this.#fence;
    this.#forget();
    if (fence !== null) await this.#lease.release(fence).catch(() => undefined);
  }

  /** By itself: what is left when it could not be renewed with the others. */
  async renew(): Promise<void> {
    const fence = this.#fence;
    if (fence === null) return;
    const isOurs = await this.#lease.renew(fence).catch(() => false);
    if (isOurs || this.#fence !== fence) return;
    this.#forget();
    this.#options.log.warn({ lease: this.#options.name }, 'a lease was lost');
  }

  #forget(): void {
    this.#fence = null;
    this.#renewals.remove(this);
  }
}

/** Leaderships of one process in one database, renewed three times in a lease's time by one statement: a worker at rest has dozens, and does little else. */
class Renewals {
  readonly #db: Db;
  readonly #ttlMs: number;
  readonly #leaderships = new Set<Leadership>();
  #timer: NodeJS.Timeout | null = null;

  constructor(db: Db, ttlMs: number) {
    this.#db = db;
    this.#ttlMs = ttlMs;
  }

  add(leadership: Leadership): void {
    this.#leaderships.add(leadership);
    this.#timer ??= setInterval(() => void this.#renew(), this.#ttlMs / 3).unref();
  }

  remove(leadership: Leadership): void {
    this.#leaderships.delete(leadership);
    if (this.#leaderships.size > 0 || !this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  async #renew(): Promise<void> {
    const held = [...this.#leaderships].flatMap((leadership) => leadership.held ?? []);
    const areOurs = await renewAll(this.#db, held, this.#ttlMs).catch(() => false);
    if (!areOurs) await Promise.all([...this.#leaderships].map((leadership) => leadership.renew()));
  }
}

const renewals = new WeakMap<Db, Map<number, Renewals>>();

function renewalsOf(db: Db, ttlMs: number): Renewals {
  const ofDb = renewals.get(db) ?? new Map<number, Renewals>();
  renewals.set(db, ofDb);
  const found = ofDb.get(ttlMs) ?? new Renewals(db, ttlMs);
  ofDb.set(ttlMs, found);
  return found;
}
