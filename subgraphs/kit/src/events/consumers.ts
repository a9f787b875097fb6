import { setTimeout as delay } from 'node:timers/promises';
import type { Db } from '../db/index.ts';
import { Leadership, runLoop } from '../jobs/index.ts';
import { gauge, type Logger } from '../observe/index.ts';
import type { Clock, Stoppable } from '../time/index.ts';
import type { Bus } from './bus.ts';
import { handleBatch } from './handle-batch.ts';
import type { HandlingParts } from './handle-event.ts';
import type { Handler } from './handlers.ts';

export interface ConsumersOptions {
  db: Db;
  bus: Bus;
  /** The subgraph that listens. */
  group: string;
  /** The subgraphs it listens to. */
  topics: readonly string[];
  handlers: readonly Handler[];
  clock: Clock;
  log: Logger;
  holder: string;
}

const BATCH = 200;
const WAIT_MS = 1_000;
/** After work comes a short rest in which the next events gather: a transaction costs the same for one as for fifty. */
const GATHER_MS = 60;

/**
 * Takes in the events of other subgraphs: each works exactly once, events of one key in their order.
 *
 * Of all processes that run it, one holds a topic. What has gathered is taken in together; see `handleBatch`.
 */
export function startConsumers(options: ConsumersOptions): Stoppable {
  watchLag(options);
  const loops = options.topics.map((topic) => startTopic(options, topic));
  return {
    async stop() {
      forgetLag(options);
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}

function startTopic(options: ConsumersOptions, topic: string): Stoppable {
  const { db, bus, group, clock, log, holder } = options;
  const leadership = new Leadership({ db, name: `consume:${group}:${topic}`, holder, log });
  const subscription = bus.open(topic, group, holder);
  const parts: HandlingParts = { db, group, handlers: options.handlers, log, isPatient: !clock.adopt };
  // What the holder before us, or a failed batch of our own, left unfinished comes before anything new.
  let hasLeft = false;
  let wasBusy = false;
  return runLoop({
    name: `consume:${group}:${topic}`, kind: 'events', everyMs: 250,
    async step() {
      if (!leadership.isHeld) hasLeft = true;
      if (!(await leadership.take())) return false;
      if (wasBusy && !clock.adopt) await delay(GATHER_MS);
      const isLeft = hasLeft;
      // Until the step has ended well: an answer that got lost leaves events handed out that nobody saw.
      hasLeft = true;
      const deliveries = isLeft ? await subscription.takeLeft(BATCH) : await subscription.take(BATCH, clock.adopt ? 0 : WAIT_MS);
      // After a cut the read was sent again and passed over what the first answer held: begin with that.
      if (!isLeft && subscription.wasCut()) return true;
      wasBusy = deliveries.length > 0 && deliveries.length < BATCH;
      const isComplete = await handleBatch(parts, subscription, deliveries);
      hasLeft = !isComplete || (isLeft && deliveries.length > 0);
      return isComplete && (isLeft || deliveries.length > 0 || !clock.adopt);
    },
    interrupt: () => subscription.interrupt(),
    async end() {
      await subscription.close();
      await leadership.leave();
    },
  }, { clock, log });
}

const watched = new Set<ConsumersOptions>();

function watchLag(options: ConsumersOptions): void {
  watched.add(options);
  gauge('careline_bus_lag', 'Events a consumer group has not taken in yet.', ['group', 'topic'], async (metric) => {
    for (const { bus, group, topics } of watched) {
      for (const topic of topics) metric.set({ group, topic }, await bus.lag(topic, group).catch(() => Number.NaN));
    }
  });
  gauge('careline_dead_letters_waiting', 'Events set aside that nobody has replayed or dropped yet.', ['group'], async (metric) => {
    for (const { db, group } of watched) metric.set({ group }, await countDeadLetters(db, group).catch(() => Number.NaN));
  });
}

async function countDeadLetters(db: Db, group: string): Promise<number> {
  const [row] = await db.query<{ count: number }>('/* countDeadLetters */ SELECT COUNT(*) AS count FROM dead_letters WHERE consumer = ?', [group]);
  return row!.count;
}

function forgetLag(options: ConsumersOptions): void {
  watched.delete(options);
}
