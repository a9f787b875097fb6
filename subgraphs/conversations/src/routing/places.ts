import type { Db } from '@careline/kit/db';
import type { Live } from '@careline/kit/live';
import { hasPassed, SECOND, type Clock } from '@careline/kit/time';
import { selectPlaces, selectRecentWaits } from './entry.store.ts';
import { estimateWait, headTimes, WAIT_WINDOW_MS, type WaitEstimate } from './wait.rules.ts';

const ESTIMATE_KEPT_MS = 5 * SECOND;

/**
 * Places and wait estimates of queues, read once for all visitors that look at the same queue.
 * A hint that the queue changed forgets its places; estimates may be five seconds old.
 */
export class QueuePlaces {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #places = new Map<string, Promise<Map<string, number>>>();
  readonly #heads = new Map<string, { at: number; heads: Promise<number[]> }>();
  readonly #stop: () => void;

  constructor({ db, live, clock }: { db: Db; live: Live; clock: Clock }) {
    this.#db = db;
    this.#clock = clock;
    this.#stop = live.subscribe('queues', (hint) => void this.#places.delete(String(hint.queueId)));
  }

  /** Conversations before this one in its queue; null when it does not wait there. */
  async ahead(queueId: string, conversationId: string): Promise<number | null> {
    let places = this.#places.get(queueId);
    if (!places) {
      places = selectPlaces(this.#db, queueId);
      this.#places.set(queueId, places);
      // A lost hint must not freeze a place: what was read together is forgotten together.
      places.then(() => setTimeout(() => this.#places.delete(queueId), SECOND).unref(), () => this.#places.delete(queueId));
    }
    return (await places).get(conversationId) ?? null;
  }

  /** Within how long a conversation with `ahead` before it is taken; null when too few waits ended lately. */
  async estimate(queueId: string, ahead: number): Promise<WaitEstimate | null> {
    const now = this.#clock.now();
    let known = this.#heads.get(queueId);
    if (!known || hasPassed(known.at, ESTIMATE_KEPT_MS, now)) {
      const from = now - WAIT_WINDOW_MS;
      known = { at: now, heads: selectRecentWaits(this.#db, queueId, from).then((waits) => headTimes(waits, from)) };
      known.heads.catch(() => this.#heads.delete(queueId));
      this.#heads.set(queueId, known);
    }
    return estimateWait(await known.heads, ahead);
  }

  close(): void {
    this.#stop();
  }
}
