import { setTimeout as delay } from 'node:timers/promises';
import type { Db } from '../db/index.ts';
import { Leadership, runLoop } from '../jobs/index.ts';
import { counter, gauge, type Logger } from '../observe/index.ts';
import type { Clock, Stoppable } from '../time/index.ts';
import type { Bus } from './bus.ts';
import { OutboxRows } from './outbox-rows.ts';
import { outboxWakes } from './outbox.ts';
import { Sweeper } from './sweep.ts';

export interface RelayOptions {
  db: Db;
  bus: Bus;
  /** Name of the subgraph whose events these are. */
  topic: string;
  clock: Clock;
  log: Logger;
  /** Name of this process among those that may lead. */
  holder: string;
}

const LOOK_EVERY_MS = 500;
/** The first event leaves at once; those that follow it closely leave together. */
const GATHER_MS = 20;
const relayed = counter('careline_events_published_total', 'Events that the relay put on the bus.', ['topic']);

/**
 * Publishes the outbox of one database: of all processes that run it, the one with the lease works.
 * Each event is published at least once and deleted only after every consumer has taken it in; a crash, of a relay or
 * of the bus, publishes again what it left.
 */
export function startRelay(options: RelayOptions): Stoppable {
  const { db, bus, topic, clock, log } = options;
  watchOutbox(options);
  const leadership = new Leadership({ db, name: `relay:${topic}`, holder: options.holder, log });
  const sweeper = new Sweeper(db);
  const rows = new OutboxRows(db, bus, topic);
  const loop = runLoop({
    name: `relay:${topic}`, kind: 'events', everyMs: LOOK_EVERY_MS,
    async step() {
      const isNew = !leadership.isHeld;
      if (!(await leadership.take())) return false;
      if (isNew) await rows.begin();
      await sweeper.sweepWhenDue();
      const isCleared = await rows.clearWhenDue(clock.adopt !== undefined);
      const { count, isFull } = await rows.publish();
      relayed.inc({ topic }, count);
      if (clock.adopt) return count > 0 || isCleared;
      if (count > 0 && !isFull) await delay(GATHER_MS);
      return isFull;
    },
    end: () => leadership.leave(),
  }, { clock, log });
  const wake = (database: string) => database === db.name && loop.wake();
  outboxWakes.on('wake', wake);
  const unlisten = clock.adopt ? () => undefined : bus.onWake(db.name, () => loop.wake());
  return {
    async stop() {
      watched.delete(options);
      outboxWakes.off('wake', wake);
      unlisten();
      await loop.stop();
    },
  };
}

const watched = new Set<RelayOptions>();
const COUNTED_MAX = 100_000;

function watchOutbox(options: RelayOptions): void {
  watched.add(options);
  gauge('careline_outbox_events', 'Events that wait for the relay, counted up to 100,000.', ['topic'], async (metric) => {
    for (const { db, topic } of watched) metric.set({ topic }, await countWaiting(db).catch(() => Number.NaN));
  });
}

async function countWaiting(db: Db): Promise<number> {
  const [row] = await db.query<{ count: number }>('/* countOutbox */ SELECT COUNT(*) AS count FROM (SELECT 1 FROM outbox WHERE published_at IS NULL LIMIT ?) AS some', [COUNTED_MAX]);
  return row!.count;
}
