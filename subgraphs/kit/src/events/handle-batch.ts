import type { Delivery, Subscription } from './bus.ts';
import { handleEvent, type HandlingParts } from './handle-event.ts';
import { takeIn } from './take-in.ts';

const TOGETHER = 100;
const LANES = 6;

/**
 * Takes in what was delivered, a hundred events to a transaction, and acknowledges what is done.
 *
 * When one of a hundred fails, nothing of them is stored, and they and those behind them are taken in one by one, so that a bad
 * event harms no other: keys are spread over a few lanes, so that one slow conversation does not hold up the others, and an
 * event that must wait for a part that is away holds its lane. False when some wait.
 */
export async function handleBatch(parts: HandlingParts, subscription: Subscription, deliveries: readonly Delivery[]): Promise<boolean> {
  for (let from = 0; from < deliveries.length; from += TOGETHER) {
    const some = deliveries.slice(from, from + TOGETHER);
    if (!(await handleTogether(parts, some))) return handleInLanes(parts, subscription, deliveries.slice(from));
    await subscription.acknowledge(some);
  }
  return true;
}

async function handleTogether(parts: HandlingParts, deliveries: readonly Delivery[]): Promise<boolean> {
  try {
    return await takeIn(parts, deliveries.map((delivery) => delivery.envelope));
  } catch (error) {
    parts.log.debug({ err: error, events: deliveries.length }, 'events could not be taken in together; each is taken in by itself');
    return false;
  }
}

async function handleInLanes(parts: HandlingParts, subscription: Subscription, deliveries: readonly Delivery[]): Promise<boolean> {
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
