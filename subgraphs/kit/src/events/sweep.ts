import type { Db } from '../db/index.ts';

const EVERY_MS = 10 * 60_000;
const STATEMENTS = [
  '/* sweepProcessedEvents */ DELETE FROM processed_events WHERE handled_at < NOW(3) - INTERVAL 14 DAY LIMIT 1000',
  '/* sweepIdempotencyKeys */ DELETE FROM idempotency_keys WHERE expires_at < NOW(3) LIMIT 1000',
];

/** Removes what the foundation tables no longer need, a thousand rows at a time, at most every ten minutes. */
export class Sweeper {
  readonly #db: Db;
  #nextAt = performance.now() + EVERY_MS;

  constructor(db: Db) {
    this.#db = db;
  }

  async sweepWhenDue(): Promise<void> {
    if (performance.now() < this.#nextAt) return;
    let isFull = false;
    for (const statement of STATEMENTS) {
      if ((await this.#db.execute(statement)).affectedRows === 1000) isFull = true;
    }
    if (!isFull) this.#nextAt = performance.now() + EVERY_MS;
  }
}
