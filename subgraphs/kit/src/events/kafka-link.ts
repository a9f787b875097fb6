import { Admin, ConnectionPool, Consumer, FindCoordinatorKeyTypes, offsetCommitV8, ProduceAcks, Producer, type Base, type RecordsBatch } from '@platformatic/kafka';
import type { Logger } from '../observe/index.ts';
import { Acknowledged } from './acknowledged.ts';
import type { KafkaAddress } from './kafka-address.ts';

/** A topic of ours as the brokers know it now. The id is another one after it was deleted and made again. */
export interface KafkaTopic {
  name: string;
  id: string;
  /** The broker that keeps it. */
  node: number;
}

const RETENTION_MS = 7 * 86_400_000;
const MESSAGE_MAX_BYTES = 8 * 1024 * 1024;
const FETCH_BYTES = 1024 * 1024;
/** Brokers keep 4,096 bytes with a commit unless told otherwise. */
const MARKS_MAX_CHARS = 3_900;
const DAY_MS = String(86_400_000);

/**
 * The lines of one process to Kafka, and the few questions the bus asks. Topics are made when they are first spoken of. What fails is
 * tried again for a second or so, once more with nothing remembered, and then thrown.
 */
export class KafkaLink {
  /** How many times a line was opened. */
  connects = 0;
  readonly #options: Readonly<ReturnType<typeof clientOptions>>;
  readonly #admin: Admin;
  readonly #producer: Producer;
  readonly #consumer: Consumer;
  readonly #made = new Set<string>();
  readonly #coordinators = new Map<string, number>();

  constructor(address: KafkaAddress, log: Logger) {
    this.#options = clientOptions(address);
    this.#admin = new Admin(this.#options);
    this.#producer = new Producer(this.#options);
    this.#consumer = new Consumer({ ...this.#options, groupId: 'careline' });
    watch([this.#admin, this.#producer, this.#consumer], log, () => (this.connects += 1));
  }

  /** Does something with a topic; once more from the beginning when it fails, since another broker may keep the topic now. */
  async with<Result>(name: string, work: (topic: KafkaTopic) => Promise<Result>): Promise<Result> {
    try {
      return await work(await this.#find(name));
    } catch (error) {
      if (this.#admin.closed) throw error;
      this.#forget(name);
      return work(await this.#find(name));
    }
  }

  /** Appends in order, and gives the offset of the first. All replicas that are in step have it then. */
  async append({ name }: KafkaTopic, entries: readonly { key: string; value: string }[]): Promise<number> {
    const messages = entries.map(({ key, value }) => ({ topic: name, partition: 0, key: Buffer.from(key), value: Buffer.from(value) }));
    const { offsets } = await this.#producer.send({ messages, acks: ProduceAcks.ALL });
    return Number(offsets![0]!.offset);
  }

  /** A line of its own for one reader: a waiting read holds up everything behind it. */
  openLine(): ConnectionPool {
    return new ConnectionPool(this.#options.clientId, this.#options);
  }

  /** What lies at `offset` and behind it; waits up to `waitMs` for the first. */
  async read(line: ConnectionPool, topic: KafkaTopic, offset: number, waitMs: number): Promise<RecordsBatch[]> {
    const partition = { partition: 0, fetchOffset: BigInt(offset), partitionMaxBytes: FETCH_BYTES, currentLeaderEpoch: -1, lastFetchedEpoch: -1 };
    const { responses } = await this.#consumer.fetch({ node: topic.node, topics: [{ topicId: topic.id, partitions: [partition] }], maxWaitTime: waitMs, minBytes: 1, maxBytes: FETCH_BYTES, connectionPool: line });
    return responses.flatMap(({ partitions }) => partitions.flatMap(({ records }) => records ?? []));
  }

  /** The offsets of the oldest entry and of the next one to come. */
  async bounds({ name }: KafkaTopic): Promise<{ start: number; end: number }> {
    const at = (timestamp: bigint) => this.#admin.listOffsets({ topics: [{ name, partitions: [{ partitionIndex: 0, timestamp }] }] });
    const [[start], [end]] = await Promise.all([at(-2n), at(-1n)]);
    return { start: Number(start!.partitions[0]!.offset), end: Number(end!.partitions[0]!.offset) };
  }

  /** The groups of this cluster whose names begin so. */
  async groups(beginning: string): Promise<string[]> {
    const groups = await this.#admin.listGroups({ types: ['classic'] });
    return [...groups.keys()].filter((group) => group.startsWith(beginning));
  }

  /** What each group has acknowledged of the topic; groups that never did are left out. */
  async acknowledged(topic: KafkaTopic, groups: readonly string[]): Promise<Map<string, Acknowledged>> {
    const found = new Map<string, Acknowledged>();
    if (groups.length === 0) return found;
    const asked = groups.map((groupId) => ({ groupId, topics: [{ name: topic.name, partitionIndexes: [0] }] }));
    for (const { groupId, topics } of await this.#admin.listConsumerGroupOffsets({ groups: asked })) {
      const { committedOffset = -1n, metadata } = topics[0]?.partitions[0] ?? {};
      const [id, ...marks] = (metadata ?? '').split(' ');
      // A mark without an id was set by an operator's tool.
      if (committedOffset >= 0n && (!id || id === topic.id)) found.set(groupId, Acknowledged.read(Number(committedOffset), marks.join(' ')));
    }
    return found;
  }

  /** Keeps what a group has acknowledged. */
  async commit(topic: KafkaTopic, group: string, acknowledged: Acknowledged): Promise<void> {
    try {
      const node = this.#coordinators.get(group) ?? (await this.#admin.findCoordinator({ keyType: FindCoordinatorKeyTypes.GROUP, keys: [group] }))[0]!.nodeId;
      this.#coordinators.set(group, node);
      const connection = (await this.#admin.connectToBrokers([node])).get(node)!;
      const committedMetadata = `${topic.id} ${acknowledged.describe(MARKS_MAX_CHARS)}`;
      await offsetCommitV8.api.async(connection, group, -1, '', null, [
        { name: topic.name, partitions: [{ partitionIndex: 0, committedOffset: BigInt(acknowledged.next), committedLeaderEpoch: -1, committedMetadata }] },
      ]);
    } catch (error) {
      this.#coordinators.delete(group);
      throw error;
    }
  }

  async answers(): Promise<boolean> {
    return this.#admin.metadata({ topics: [], forceUpdate: true }).then(() => true, () => false);
  }

  async close(): Promise<void> {
    await Promise.all([this.#admin.close(), this.#producer.close(true), this.#consumer.close(true)]);
  }

  async #find(name: string): Promise<KafkaTopic> {
    if (!this.#made.has(name)) await this.#make(name);
    this.#made.add(name);
    const { id, partitions } = (await this.#consumer.metadata({ topics: [name] })).topics.get(name)!;
    if (partitions.length !== 1) throw new Error(`the Kafka topic ${name} has ${partitions.length} partitions; Careline needs the order of exactly one`);
    return { name, id, node: partitions[0]!.leader };
  }

  async #make(name: string): Promise<void> {
    const { brokers } = await this.#admin.metadata({ topics: [], forceUpdate: true });
    const replicas = Math.min(3, brokers.size);
    // What is answered survives the loss of any one broker; a broker that is alone writes to its disk first.
    const safety = replicas > 1 ? { 'min.insync.replicas': String(Math.max(1, replicas - 1)) } : { 'flush.messages': '1' };
    const configs = { 'retention.ms': String(RETENTION_MS), 'segment.ms': DAY_MS, 'cleanup.policy': 'delete', 'max.message.bytes': String(MESSAGE_MAX_BYTES), 'message.timestamp.type': 'LogAppendTime', ...safety };
    try {
      await this.#admin.createTopics({ topics: [name], partitions: 1, replicas, configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })) });
    } catch (error) {
      if (!hasCode(error, 'TOPIC_ALREADY_EXISTS')) throw error;
    }
  }

  #forget(name: string): void {
    this.#made.delete(name);
    for (const client of [this.#admin, this.#producer, this.#consumer]) client.clearMetadata();
  }
}

/** Whether a broker said this, at any place of an answer. */
export function hasCode(error: unknown, code: string): boolean {
  return Boolean((error as { findBy?(property: string, value: string): unknown }).findBy?.('apiId', code));
}

function clientOptions({ brokers, isTls, account }: KafkaAddress) {
  return {
    clientId: 'careline', bootstrapBrokers: brokers, autocreateTopics: false,
    connectTimeout: 3_000, requestTimeout: 10_000, timeout: 8_000, retries: 4, retryDelay: 250,
    ...(isTls && { tls: {}, tlsServerName: true }),
    ...(account && { sasl: account }),
  };
}

/** One line in the log for each outage, not one for each attempt. */
function watch(clients: readonly Base[], log: Logger, onConnect: () => void): void {
  let isAway = false;
  for (const client of clients) {
    client.on('client:broker:failed', ({ broker }) => {
      if (!isAway) log.warn({ broker }, 'kafka does not answer');
      isAway = true;
    });
    client.on('client:broker:connect', () => {
      if (isAway) log.info('kafka answers again');
      isAway = false;
      onConnect();
    });
  }
}
