/** How many messages each steady screen must show before one counts as delivered. */
interface Unsettled {
  begunAt: number;
  isAcked: boolean;
  missing: Set<string>;
}

/**
 * What is still on its way, kept beside the ledger file so that the proof can wait for it between two faults.
 * It judges nothing: the checker reads the file.
 */
export class Tracker {
  readonly #unsettled = new Map<string, Unsettled>();
  /** Who tried and got no good answer, by what the answer was, since the last `takeFailures`. */
  #failures = new Map<string, number>();

  begin(id: string, screens: readonly string[]): void {
    this.#unsettled.set(id, { begunAt: performance.now(), isAcked: false, missing: new Set(screens) });
  }

  ack(id: string): void {
    const one = this.#unsettled.get(id);
    if (one) one.isAcked = true;
    this.#settle(id, one);
  }

  see(id: string, screen: string): void {
    const one = this.#unsettled.get(id);
    one?.missing.delete(screen);
    this.#settle(id, one);
  }

  /** Nobody waits for this one any more. */
  drop(id: string): void {
    this.#unsettled.delete(id);
  }

  /** Nobody waits any more for what was begun so far. */
  forget(): void {
    this.#unsettled.clear();
  }

  fail(code: string): void {
    this.#failures.set(code, (this.#failures.get(code) ?? 0) + 1);
  }

  takeFailures(): Map<string, number> {
    const taken = this.#failures;
    this.#failures = new Map();
    return taken;
  }

  /** How many that began before `at` are not stored or not seen everywhere. */
  unsettledBefore(at: number): number {
    let count = 0;
    for (const one of this.#unsettled.values()) if (one.begunAt < at) count += 1;
    return count;
  }

  /** Resolves true when all that began before `at` is stored and seen; false when that takes longer than `patienceMs`. */
  async settled(at: number, patienceMs: number): Promise<boolean> {
    const until = performance.now() + patienceMs;
    while (this.unsettledBefore(at) > 0) {
      if (performance.now() > until) return false;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return true;
  }

  #settle(id: string, one: Unsettled | undefined): void {
    if (one?.isAcked && one.missing.size === 0) this.#unsettled.delete(id);
  }
}
