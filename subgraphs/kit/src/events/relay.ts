import { setTimeout as delay } from 'node:timers/promises';
import type { Envelope } from '@careline/schema/events';
import type { Db } from '../db/index.ts';
import { Leadership, runLoop } from '../jobs/index.ts';
import { counter, gauge, type Logger } from '../observe/index.ts';
import type { Clock, Stoppable } from '../time/index.ts';
import type { Bus } from './bus.ts';
import { outboxWakes } from './outbox.ts';
import { Sweeper } from './sweep.ts';

const COUNTED_MAX = 100_000;
const waiting = new Map<string, Db>();
gauge('careline_outbox_waiting', 'Events stored and not yet on the bus, counted up to 100,000. Bounded by the disk alone: they are facts.', ['topic'], async (metric) => {
  for (const [topic, db] of waiting) metric.set({ topic }, await countWaiting(db).catch(() => Number.NaN));
});

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

interface OutboxRow {
  id: number;
  envelope: Envelope | string;
}

const BATCH = 500;
const LOOK_EVERY_MS = 200;
/** The first event leaves at once; those that follow it closely leave together. */
const GATHER_MS = 10;
const relayed = counter('careline_events_published_total', 'Events that the relay put on the bus.', ['topic']);

/**
 * Publishes the outbox of one database: of all processes that run it, the one with the lease works.
 * Each event is published at least once and deleted only afterwards; a crash between the two publishes it again.
 */
export function startRelay(options: RelayOptions): Stoppable {
  const { db, bus, topic, clock, log } = options;
  const leadership = new Leadership({ db, name: `relay:${topic}`, holder: options.holder, log });
  const sweeper = new Sweeper(db);
  waiting.set(topic, db);
  const loop = runLoop({
    name: `relay:${topic}`, kind: 'events', everyMs: LOOK_EVERY_MS,
    async step() {
      if (!(await leadership.take())) return false;
      await sweeper.sweepWhenDue();
      const published = await publishBatch(db, bus, topic);
      if (clock.adopt) return published > 0;
      if (published > 0 && published < BATCH) await delay(GATHER_MS);
      return published === BATCH;
    },
    end: () => leadership.leave(),
  }, { clock, log });
  const wake = (database: string) => database === db.name && loop.wake();
  outboxWakes.on('wake', wake);
  const unlisten = clock.adopt ? () => undefined : bus.onWake(db.name, () => loop.wake());
  return {
    async stop() {
      outboxWakes.off('wake', wake);
      unlisten();
      await loop.stop();
      waiting.delete(topic);
    },
  };
}

async function countWaiting(db: Db): Promise<number> {
  const [row] = await db.query<{ count: number }>('/* countOutbox */ SELECT COUNT(*) AS count FROM (SELECT 1 FROM outbox LIMIT ?) waiting', [COUNTED_MAX]);
  return Number(row?.count ?? 0);
}

async function publishBatch(db: Db, bus: Bus, topic: string): Promise<number> {
  const rows = await db.query<OutboxRow>('/* readOutbox */ SELECT id, envelope FROM outbox ORDER BY id LIMIT ?', [BATCH]);
  if (rows.length === 0) return 0;
  const envelopes = rows.map((row) => (typeof row.envelope === 'string' ? (JSON.parse(row.envelope) as Envelope) : row.envelope));
  await bus.publish(topic, envelopes);
  await db.execute('/* dropPublished */ DELETE FROM outbox WHERE id IN (?)', [rows.map((row) => row.id)]);
  relayed.inc({ topic }, rows.length);
  return rows.length;
}
