import type { Db } from '../db/index.ts';
import { Leadership, runLoop } from '../jobs/index.ts';
import { gauge, type Logger } from '../observe/index.ts';
import type { Clock, Stoppable } from '../time/index.ts';
import type { Bus, Delivery, Subscription } from './bus.ts';
import { handleEvent, type HandlingParts } from './handle-event.ts';
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
const LANES = 6;
const WAIT_MS = 1_000;

/**
 * Takes in the events of other subgraphs: each works exactly once, events of one key in their order.
 *
 * Of all processes that run it, one holds a topic; keys are spread over a few lanes, so that one slow
 * conversation does not hold up the others. An event that must wait for a part that is away holds its lane.
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
  return runLoop({
    name: `consume:${group}:${topic}`, kind: 'events', everyMs: 250,
    async step() {
      if (!leadership.isHeld) hasLeft = true;
      if (!(await leadership.take())) return false;
      const isLeft = hasLeft;
      // Until the step has ended well: an answer that got lost leaves events handed out that nobody saw.
      hasLeft = true;
      const deliveries = isLeft ? await subscription.takeLeft(BATCH) : await subscription.take(BATCH, clock.adopt ? 0 : WAIT_MS);
      // After a cut the read was sent again and passed over what the first answer held: begin with that.
      if (!isLeft && subscription.wasCut()) return true;
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

async function handleBatch(parts: HandlingParts, subscription: Subscription, deliveries: readonly Delivery[]): Promise<boolean> {
  const lanes: Delivery[][] = Array.from({ length: LANES }, () => []);
  for (const delivery of deliveries) lanes[laneOf(delivery.envelope.key)]!.push(delivery);
  const done: Delivery[] = [];
  await Promise.all(lanes.map(async (lane) => {
    for (const delivery of lane) {
      if (!(await handleEvent(parts, delivery.envelope))) return;
      done.push(delivery);
    }
  }));
  await subscription.acknowledge(done);
  return done.length === deliveries.length;
}

function laneOf(key: string): number {
  let hash = 0;
  for (let index = 0; index < key.length; index += 1) hash = (hash * 31 + key.charCodeAt(index)) >>> 0;
  return hash % LANES;
}

const watched = new Set<ConsumersOptions>();

function watchLag(options: ConsumersOptions): void {
  watched.add(options);
  gauge('careline_bus_lag', 'Events a consumer group has not taken in yet.', ['group', 'topic'], async (metric) => {
    for (const { bus, group, topics } of watched) {
      for (const topic of topics) metric.set({ group, topic }, await bus.lag(topic, group).catch(() => Number.NaN));
    }
  });
}

function forgetLag(options: ConsumersOptions): void {
  watched.delete(options);
}
