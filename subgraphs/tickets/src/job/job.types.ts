import type { Identity } from '@careline/kit/auth';
import type { Locale, UserErrorCode, Words } from '@careline/kit/errors';
import type { Priority, TicketFilter, TicketState } from '../ticket/index.ts';
import type { ColumnKey } from './export.rules.ts';

export type JobKind = 'UPDATE' | 'BROADCAST' | 'MERGE' | 'SPLIT' | 'EXPORT';
export type JobState = 'QUEUED' | 'RUNNING' | 'DONE' | 'FAILED' | 'CANCELLED' | 'UNDONE';
export type ItemState = 'WAITING' | 'DONE' | 'FAILED' | 'UNDONE' | 'KEPT';

/** Why an item was refused: words of rules only, so it may be kept in clear. */
export interface Problem {
  code: UserErrorCode;
  field: string[] | null;
  words: Words;
}

/** A change for many tickets; absent and null leave a field as it is. */
export interface TicketChange {
  state?: TicketState | null;
  priority?: Priority | null;
  agentId?: string | null;
  teamId?: string | null;
  addTags?: string[] | null;
  removeTags?: string[] | null;
  note?: string | null;
  /** Said to the customer before anything else changes. */
  reply?: string | null;
}

/** A move of the ticket, with the entry that tells of it. */
export interface Moved {
  seq: number;
  from: TicketState;
  to: TicketState;
}

interface Exchanged<Value> {
  from: Value;
  to: Value;
}

/** What an item changed of a ticket: what undoing it needs. */
export interface UpdateTrace {
  kind: 'UPDATE';
  state?: Moved;
  priority?: Exchanged<Priority>;
  agentId?: Exchanged<string | null>;
  teamId?: Exchanged<string | null>;
  addedTags?: string[];
  removedTags?: string[];
}

/** A ticket that joined another one: where it stood, and the line of the other one that says so. */
export interface MergeTrace {
  kind: 'MERGE';
  survivorId: string;
  state: TicketState;
  joinedSeq: number;
  conversationIds: string[];
}

/** A ticket that was split off: the line of the first one that says so, and how the new one stood when it was made. */
export interface SplitTrace {
  kind: 'SPLIT';
  originId: string;
  splitSeq: number;
  lastWordSeq: number;
  agentId: string | null;
}

export type Trace = UpdateTrace | MergeTrace | SplitTrace;

/** What was asked for, and as whom: the worker acts with the rights of that moment. */
export interface JobAsk {
  identity: Identity;
  locale: Locale;
  change?: TicketChange;
  export?: { filter: TicketFilter; also?: TicketFilter | null; columns: ColumnKey[] };
}
