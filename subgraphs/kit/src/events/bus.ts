import type { Envelope } from '@careline/schema/events';

/** One event handed to a consumer group, until it is acknowledged. */
export interface Delivery {
  /** The bus's own id of the entry. */
  entryId: string;
  envelope: Envelope;
}

/** One group's reading of one topic. Only one process at a time may hold it (see consumers). */
export interface Subscription {
  /** The next new events, oldest first; waits up to `waitMs` for the first one. */
  take(count: number, waitMs: number): Promise<Delivery[]>;
  /** Events that were handed out before, to whomever, and never acknowledged; oldest first. */
  takeLeft(count: number): Promise<Delivery[]>;
  /** Whether the connection broke since the last time this was asked, so that a `take` may have been lost on the way. */
  wasCut(): boolean;
  acknowledge(deliveries: readonly Delivery[]): Promise<void>;
  /** Makes a waiting `take` end at once. */
  interrupt(): void;
  close(): Promise<void>;
}

/** How far the groups of a topic have come. */
export interface Taken {
  /** The bus does not know one of the entries any more. */
  isLost: boolean;
  /** There is at least one group. */
  isHeard: boolean;
  /** Whether every group has acknowledged this entry. */
  has(entryId: string): boolean;
}

/**
 * Carries events between subgraphs. At least once and in order per topic; every group sees every event.
 * A new group begins at the oldest event there is.
 */
export interface Bus {
  /** Gives the entry id of each event; later ones are greater. */
  publish(topic: string, envelopes: readonly Envelope[]): Promise<string[]>;
  /** What became of the entries from `oldest` to `newest`. */
  taken(topic: string, oldest: string, newest: string): Promise<Taken>;
  /** How many times the line to the bus was opened: after each time something may be lost. */
  connects(): number;
  open(topic: string, group: string, consumer: string): Subscription;
  /** Events the group has not acknowledged yet. */
  lag(topic: string, group: string): Promise<number>;
  /** Calls `listener` when another process has put events into this database's outbox. */
  onWake(database: string, listener: () => void): () => void;
  ping(): Promise<boolean>;
  close(): Promise<void>;
}
