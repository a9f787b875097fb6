import { lease, type Db, type Lease } from '../db/index.ts';
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
  #fence: number | null = null;
  #renewal: NodeJS.Timeout | null = null;
  #nextTry = 0;

  constructor(options: LeadershipOptions) {
    this.#options = options;
    this.#ttlMs = options.ttlMs ?? 6_000;
    this.#lease = lease(options.db, options.name, options.holder, this.#ttlMs);
  }

  get isHeld(): boolean {
    return this.#fence !== null;
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
    this.#renewal = setInterval(() => void this.#renew(), this.#ttlMs / 3).unref();
    return true;
  }

  async leave(): Promise<void> {
    const fence = this.#fence;
    this.#forget();
    if (fence !== null) await this.#lease.release(fence).catch(() => undefined);
  }

  async #renew(): Promise<void> {
    const fence = this.#fence;
    if (fence === null) return;
    const isOurs = await this.#lease.renew(fence).catch(() => false);
    if (isOurs || this.#fence !== fence) return;
    this.#forget();
    this.#options.log.warn({ lease: this.#options.name }, 'a lease was lost');
  }

  #forget(): void {
    this.#fence = null;
    if (this.#renewal) clearInterval(this.#renewal);
    this.#renewal = null;
  }
}
