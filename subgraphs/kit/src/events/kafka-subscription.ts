import { IS_CONTROL, type ConnectionPool, type RecordsBatch } from '@platformatic/kafka';
import type { Envelope } from '@careline/schema/events';
import type { Logger } from '../observe/index.ts';
import { Acknowledged } from './acknowledged.ts';
import type { Delivery, Subscription } from './bus.ts';
import { entryIdOf, offsetOf } from './kafka-groups.ts';
import { hasCode, type KafkaLink, type KafkaTopic } from './kafka-link.ts';

interface SubscriptionParts {
  link: KafkaLink;
  topic: string;
  group: string;
  log: Logger;
}

/** Where this process stands in one topic. */
interface Place {
  topic: KafkaTopic;
  acknowledged: Acknowledged;
  /** The next offset to read. */
  next: number;
  /** Read and not handed out yet. */
  read: Map<number, Delivery>;
  /** Handed out and not acknowledged. */
  handed: Map<number, Delivery>;
}

/** A mark that is not set again is forgotten by the brokers, after a week unless told otherwise. */
const MARK_AGAIN_MS = 3_600_000;

/** Reads one topic as the one member of a group. The group begins at the oldest event when it is new. */
export function openKafkaSubscription(parts: SubscriptionParts): Subscription {
  const reader = new Reader(parts);
  return {
    take: (count, waitMs) => reader.take(count, waitMs),
    takeLeft: (count) => reader.takeLeft(count),
    // Brokers only keep what was acknowledged: a read moves nothing there, and one whose answer is lost loses nothing.
    wasCut: () => false,
    acknowledge: (deliveries) => reader.acknowledge(deliveries),
    interrupt: () => void reader.close(),
    close: () => reader.close(),
  };
}

class Reader {
  readonly #parts: SubscriptionParts;
  readonly #line: ConnectionPool;
  #place: Place | null = null;
  readonly #closing = ending();
  #isMarkDue = false;
  #markedAt = 0;

  constructor(parts: SubscriptionParts) {
    this.#parts = parts;
    this.#line = parts.link.openLine();
  }

  /** Nothing, at once, when it is closed meanwhile. */
  take(count: number, waitMs: number): Promise<Delivery[]> {
    const taking = this.#with(async (place) => {
      if (place.read.size === 0) await this.#read(place, waitMs);
      if (performance.now() - this.#markedAt > MARK_AGAIN_MS) await this.#mark(place);
      const taken = [...place.read].slice(0, count);
      for (const [offset, delivery] of taken) {
        place.read.delete(offset);
        place.handed.set(offset, delivery);
      }
      return taken.map(([, delivery]) => delivery);
    });
    return Promise.race([taking, this.#closing.promise]);
  }

  async takeLeft(count: number): Promise<Delivery[]> {
    return this.#with(async (place) => {
      const known = await this.#known(place.topic);
      // Another process may have gone on meanwhile.
      if (known) settle(place, known);
      if (!known || this.#isMarkDue) await this.#mark(place);
      return [...place.handed].sort(([a], [b]) => a - b).slice(0, count).map(([, delivery]) => delivery);
    });
  }

  async acknowledge(deliveries: readonly Delivery[]): Promise<void> {
    const place = this.#place;
    if (!place) return;
    for (const { entryId } of deliveries) {
      const offset = offsetOf(place.topic, entryId);
      if (offset === null) continue;
      place.acknowledged.add(offset);
      place.handed.delete(offset);
      this.#isMarkDue = true;
    }
    if (this.#isMarkDue) await this.#mark(place);
  }

  async close(): Promise<void> {
    this.#closing.end();
    await this.#line.close();
  }

  /** Finds its place first: where the group stands, at the oldest event when it is new; anew when the topic is another one than before. */
  #with<Result>(work: (place: Place) => Promise<Result>): Promise<Result> {
    return this.#parts.link.with(this.#parts.topic, async (topic) => {
      if (this.#place?.topic.id !== topic.id) {
        this.#place = null;
        const known = await this.#known(topic);
        const acknowledged = known ?? new Acknowledged((await this.#parts.link.bounds(topic)).start);
        const place = { topic, acknowledged, next: acknowledged.next, read: new Map(), handed: new Map() };
        // From now on there is this group, and it holds up what it has not taken.
        if (!known) await this.#mark(place);
        this.#place = place;
      }
      this.#place.topic = topic;
      return work(this.#place);
    });
  }

  async #known(topic: KafkaTopic): Promise<Acknowledged | undefined> {
    return (await this.#parts.link.acknowledged(topic, [this.#parts.group])).get(this.#parts.group);
  }

  async #mark(place: Place): Promise<void> {
    this.#isMarkDue = true;
    await this.#parts.link.commit(place.topic, this.#parts.group, place.acknowledged);
    this.#isMarkDue = false;
    this.#markedAt = performance.now();
  }

  async #read(place: Place, waitMs: number): Promise<void> {
    try {
      for (const batch of await this.#parts.link.read(this.#line, place.topic, place.next, waitMs)) keep(place, batch);
    } catch (error) {
      if (!hasCode(error, 'OFFSET_OUT_OF_RANGE')) throw error;
      await this.#beginAnew(place);
    }
  }

  /** The log no longer reaches to where the group stands: what was past its retention the outbox brings again. */
  async #beginAnew(place: Place): Promise<void> {
    const { start, end } = await this.#parts.link.bounds(place.topic);
    this.#parts.log.error({ topic: place.topic.name, group: this.#parts.group, stands: place.next, start, end }, 'a consumer group stands outside of what Kafka keeps; it begins at the oldest event there is');
    Object.assign(place, { acknowledged: new Acknowledged(start), next: start, read: new Map(), handed: new Map() });
    await this.#mark(place);
  }
}

/** Takes over what the group has acknowledged elsewhere. */
function settle(place: Place, known: Acknowledged): void {
  place.acknowledged.join(known);
  place.next = Math.max(place.next, place.acknowledged.next);
  for (const waiting of [place.read, place.handed]) for (const offset of waiting.keys()) if (place.acknowledged.has(offset)) waiting.delete(offset);
}

/** A batch may begin before what was asked for, hold marks of the brokers, and leave offsets out. */
function keep(place: Place, batch: RecordsBatch): void {
  const first = Number(batch.firstOffset);
  const isOurs = (batch.attributes & IS_CONTROL) === 0;
  const values = new Map(isOurs ? batch.records.map(({ offsetDelta, value }) => [first + offsetDelta, value]) : []);
  const end = first + batch.lastOffsetDelta + 1;
  for (let offset = place.next; offset < end; offset += 1) {
    const value = values.get(offset);
    if (!value) place.acknowledged.add(offset);
    else if (!place.acknowledged.has(offset)) place.read.set(offset, { entryId: entryIdOf(place.topic, offset), envelope: JSON.parse(value.toString()) as Envelope });
  }
  place.next = Math.max(place.next, end);
}

function ending() {
  let end = () => {};
  const promise = new Promise<Delivery[]>((resolve) => (end = () => resolve([])));
  return { promise, end };
}
