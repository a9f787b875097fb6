/** Somebody with a line of its own: a visitor who writes and watches one conversation, or staff that watches many. */
export interface Person {
  token: string;
  conversationIds: string[];
  isWriter: boolean;
}

/** What a load process is told to do. */
export interface Job {
  /** Begins every clientMessageId of the job. */
  run: string;
  /** Numbers of this process begin here, so that no two processes use the same. */
  numbersFrom: number;
  /** `listening`: everybody sends now and then, one message after the other, and stays away when told to. */
  kind: 'closed' | 'flood' | 'listening';
  /** Closed loop: so many at once. */
  writers: number;
  /** Flood: by people who do not listen. */
  perSecond: number;
  seconds: number;
}

/** What came of it. */
export interface Tally {
  sent: number;
  /** Numbers of the messages that were acknowledged. */
  acked: number[];
  ackMs: number[];
  /** When, on the clock of the process. */
  ackedAt: number[];
  refusedMs: number[];
  /** Processor time of the load process. */
  cpuMs: number;
  refusals: Record<string, number>;
  /** Refusals that did not say how long to wait. */
  withoutWait: number;
  /** Any other answer, by code. */
  failures: Record<string, number>;
  unanswered: number;
  /** Events of live streams. */
  seen: number;
  /** How late the process itself was with its schedule. */
  lagMs: number[];
}
