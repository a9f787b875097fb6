import type { DataKey } from './data-key.ts';

/** Opened keys for at most five minutes, the longest-unused leave first. Timed by the process, not by business time. */
export class KeyCache {
  readonly #entries = new Map<string, { key: DataKey; until: number }>();
  readonly #limit: number;
  readonly #ttlMs: number;

  constructor(limit = 10_000, ttlMs = 5 * 60_000) {
    this.#limit = limit;
    this.#ttlMs = ttlMs;
  }

  get(ownerId: string): DataKey | undefined {
    const entry = this.#entries.get(ownerId);
    if (!entry) return undefined;
    this.#entries.delete(ownerId);
    if (entry.until < performance.now()) return undefined;
    this.#entries.set(ownerId, entry);
    return entry.key;
  }

  set(ownerId: string, key: DataKey): void {
    this.#entries.set(ownerId, { key, until: performance.now() + this.#ttlMs });
    if (this.#entries.size > this.#limit) this.#entries.delete(this.#entries.keys().next().value!);
  }

  delete(ownerId: string): void {
    this.#entries.delete(ownerId);
  }
}
