import type { Envelope } from '@careline/schema/events';
import type { Db } from '../db/index.ts';
import type { Bus } from './bus.ts';

interface OutboxRow {
  id: number;
  envelope: Envelope | string;
}

interface Kept {
  id: number;
  entryId: string;
  at: number;
}

const BATCH = 500;
const CLEAR_EVERY_MS = 500;
/** A topic to which nobody has listened for so long has no listeners. */
const UNHEARD_MS = 10 * 60_000;

/**
 * The outbox as the one relay that publishes it sees it. What is published stays in the table until every group of
 * consumers has taken it in, so that a bus that comes back empty is filled again.
 */
export class OutboxRows {
  readonly #db: Db;
  readonly #bus: Bus;
  readonly #topic: string;
  /** What this relay has published and not yet dropped, oldest first. */
  #kept: Kept[] = [];
  #connects = 0;
  #clearAt = 0;

  constructor(db: Db, bus: Bus, topic: string) {
    this.#db = db;
    this.#bus = bus;
    this.#topic = topic;
  }

  /** Begins as the new relay: what the one before published and did not see taken in is published again. */
  async begin(): Promise<void> {
    this.#kept = [];
    await this.#db.execute('/* publishAgain */ UPDATE outbox SET published_at = NULL WHERE published_at IS NOT NULL');
  }

  /** Publishes what waits, oldest first; gives how much, and whether there is more. */
  async publish(): Promise<{ count: number; isFull: boolean }> {
    const rows = await this.#db.query<OutboxRow>('/* readOutbox */ SELECT id, envelope FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT ?', [BATCH]);
    if (rows.length === 0) return { count: 0, isFull: false };
    const envelopes = rows.map((row) => (typeof row.envelope === 'string' ? (JSON.parse(row.envelope) as Envelope) : row.envelope));
    const entryIds = await this.#bus.publish(this.#topic, envelopes);
    await this.#db.execute('/* markPublished */ UPDATE outbox SET published_at = NOW(3) WHERE id IN (?)', [rows.map((row) => row.id)]);
    const at = performance.now();
    this.#kept.push(...rows.map((row, place) => ({ id: row.id, entryId: entryIds[place]!, at })));
    return { count: rows.length, isFull: rows.length === BATCH };
  }

  /** Drops what everybody has taken in; when the bus has lost something, all that is kept is to be published again. True when that changed anything. */
  async clearWhenDue(isDue: boolean): Promise<boolean> {
    const now = performance.now();
    if (this.#kept.length === 0 || (!isDue && now < this.#clearAt && this.#bus.connects() === this.#connects)) return false;
    this.#clearAt = now + CLEAR_EVERY_MS;
    const connects = this.#bus.connects();
    const taken = await this.#bus.taken(this.#topic, this.#kept[0]!.entryId, this.#kept.at(-1)!.entryId);
    this.#connects = connects;
    if (taken.isLost) {
      await this.begin();
      return true;
    }
    const first = this.#kept.findIndex((row) => !(taken.isHeard ? taken.has(row.entryId) : now - row.at > UNHEARD_MS));
    const dropped = this.#kept.slice(0, first === -1 ? undefined : first);
    for (let from = 0; from < dropped.length; from += BATCH) {
      await this.#db.execute('/* dropPublished */ DELETE FROM outbox WHERE id IN (?)', [dropped.slice(from, from + BATCH).map((row) => row.id)]);
    }
    this.#kept = this.#kept.slice(dropped.length);
    return dropped.length > 0;
  }
}
