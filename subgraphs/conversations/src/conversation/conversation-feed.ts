import { CROWD_MS, gathered, parseId, turns } from '@careline/kit/db';
import { coalesced, type LiveHint } from '@careline/kit/live';
import { MINUTE } from '@careline/kit/time';
import type { Runtime } from '../context.ts';
import { conversationChannel } from './announce.ts';
import { selectConversations } from './conversation.store.ts';
import { selectBySeqs, selectMessages, selectRecalledSince, type MessageSpan } from './message.store.ts';
import { selectReadMarks } from './read-mark.store.ts';
import type { ConversationRow, MessageRow, ReadMarkRow } from './conversation.types.ts';

const PAGE = 200;
/** A reader who opens a month of chat changes hundreds of messages at once; the newest are on somebody's screen. */
const CHANGED_MAX = 50;

const FRESH_MS = 250;
const READINGS_MAX = 4;
/** Clocks of two processes that write and read the same conversation may differ by so much. */
const CLOCKS_APART_MS = MINUTE;

/** What feeds begin with, for all that open at the same time: after a cut that is thousands. */
function rowReads({ db }: Runtime) {
  return gathered((ids: readonly string[]) => selectConversations(db, ids), { crowdMs: CROWD_MS });
}

/** How far each customer has read and received. */
function markReads({ db }: Runtime) {
  return gathered(async (asked: readonly string[]) => {
    // Clients name these ids: one that is none must not fail the reading of all.
    const marks = await selectReadMarks(db, asked.filter((id) => parseId('cnv', id) !== null));
    return new Map(marks.filter((mark) => mark.actorKind === 'CUSTOMER').map((mark) => [mark.conversationId, mark]));
  }, { crowdMs: CROWD_MS });
}

/** The readings of messages that streams and feeds do for themselves: a few at a time in each process. */
export function messageReadings({ db }: Runtime) {
  const inTurn = turns(READINGS_MAX);
  return (span: MessageSpan) => inTurn(() => selectMessages(db, span));
}

/** One open stream of a conversation. Called in the order in which things happened. */
export interface FeedListener {
  /** The visit that this stream keeps online; null for people who work here. */
  readonly visitId: string | null;
  /** Messages without gap after those before, and the conversation at least as new as they are. */
  onMessages(messages: readonly MessageRow[], conversation: ConversationRow): void;
  /** `why` tells who is concerned: how far a message got, only those who sent it; what became of its words and files, everybody. */
  onChanged(messages: readonly MessageRow[], conversation: ConversationRow, why: 'DELIVERY' | 'CONTENT'): void;
  onState(conversation: ConversationRow): void;
  /** Its promise that runs out next is another one. */
  onDue(conversation: ConversationRow): void;
  onBeat(conversation: ConversationRow): void;
}

/**
 * What one process knows of one conversation that somebody watches: read once from the table for all its streams.
 * Hints only say that it is time to look; numbers decide what is new, so a hint that is lost, doubled or late costs nothing
 * but time, at most until the next beat.
 */
export class ConversationFeed {
  readonly conversationId: string;
  readonly listeners = new Set<FeedListener>();
  readonly #runtime: Runtime;
  #conversation: ConversationRow | null = null;
  #lastSeq = 0;
  #customerMark: Pick<ReadMarkRow, 'seq' | 'deliveredSeq'> = { seq: 0, deliveredSeq: 0 };
  /** Reads from the table what is new. Calls during a reading are joined into one more. */
  readonly read: () => Promise<void>;
  #unsubscribe: (() => void) | null = null;
  #lookedAt = -Infinity;
  /** Up to which version of the conversation, and when, messages that were taken back were looked for. */
  #recallsKnown: { version: number; at: number };
  beatAt: number;

  constructor(runtime: Runtime, conversationId: string) {
    this.#runtime = runtime;
    this.conversationId = conversationId;
    this.beatAt = runtime.clock.now();
    this.#recallsKnown = { version: 0, at: this.beatAt };
    this.read = coalesced(() => this.#readAll());
  }

  /** Null when there is no such conversation. */
  get conversation(): ConversationRow | null {
    return this.#conversation;
  }

  /** Everything up to here was handed to the listeners. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Makes sure that nothing is missing, by a look at the row together with all others who ask, unless that was done a moment ago. */
  async refresh(): Promise<void> {
    if (performance.now() - this.#lookedAt < FRESH_MS) return;
    const row = await this.#runtime.parts.of(rowReads)(this.conversationId);
    if (row && this.#isBehind(row)) await this.read();
    this.#lookedAt = performance.now();
  }

  /** Listens first and reads then, so nothing falls between the two. */
  async open(): Promise<void> {
    this.#unsubscribe = this.#runtime.live.subscribe(conversationChannel(this.conversationId), (hint) => this.#onHint(hint));
    const { parts } = this.#runtime;
    const [row, mark] = await Promise.all([parts.of(rowReads)(this.conversationId), parts.of(markReads)(this.conversationId)]);
    // Messages offered while this was read are already further.
    this.#conversation ??= row ?? null;
    this.#lastSeq = Math.max(this.#lastSeq, this.#conversation?.lastSeq ?? 0);
    this.#customerMark = mark ?? this.#customerMark;
    this.#recallsKnown.version = this.#conversation?.version ?? 0;
    this.#lookedAt = performance.now();
  }

  close(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  /** Takes what this process has just stored itself, which saves the reading. */
  offer(conversation: ConversationRow, messages: readonly MessageRow[]): void {
    if (!this.#conversation) return;
    if (messages[0]!.seq > this.#lastSeq + 1) void this.read();
    else this.#take(messages, conversation);
  }

  /** Tells every stream that it is alive, after a look at the table. `present` is its row now. */
  async beat(present: ConversationRow, now: number): Promise<void> {
    this.beatAt = now;
    if (this.#isBehind(present)) await this.read();
    await this.#readRecalled(present.version, now);
    if (this.#conversation) for (const listener of this.listeners) listener.onBeat(this.#conversation);
  }

  #isBehind(present: ConversationRow): boolean {
    return present.lastSeq > this.#lastSeq || present.version > (this.#conversation?.version ?? 0);
  }

  /** Messages that were taken back since the last beat, whoever was told: no number tells of one whose hint was lost. A second time changes nothing. */
  async #readRecalled(version: number, now: number): Promise<void> {
    if (version === this.#recallsKnown.version) return;
    try {
      this.#tellChanged(await selectRecalledSince(this.#runtime.db, this.conversationId, this.#recallsKnown.at - CLOCKS_APART_MS));
      this.#recallsKnown = { version, at: now };
    } catch (error) {
      this.#report(error);
    }
  }

  #onHint(hint: LiveHint): void {
    if (hint.kind === 'mark') void this.#readMarks().catch((error: unknown) => this.#report(error));
    if (hint.kind === 'changed') void this.#readChanged(Number(hint.seq)).catch((error: unknown) => this.#report(error));
    if (hint.kind === 'due') void this.#readDue().catch((error: unknown) => this.#report(error));
    const isNew = Number(hint.seq ?? 0) > this.#lastSeq || Number(hint.version ?? 0) > (this.#conversation?.version ?? 0);
    if (isNew) void this.read();
  }

  async #readAll(): Promise<void> {
    try {
      for (let isFull = true; isFull;) {
        const { db } = this.#runtime;
        // The conversation after the messages: who may see them is judged by a row that is no older than they are.
        const messages = await this.#runtime.parts.of(messageReadings)({ conversationId: this.conversationId, afterSeq: this.#lastSeq, isPublicOnly: false, limit: PAGE });
        const conversation = (await selectConversations(db, [this.conversationId])).get(this.conversationId);
        if (!conversation) return;
        this.#take(messages, conversation);
        isFull = messages.length === PAGE;
      }
    } catch (error) {
      // What should have been read is already stored, and its hint is used up: due at the very next look.
      this.beatAt = 0;
      this.#report(error);
    }
  }

  #take(messages: readonly MessageRow[], conversation: ConversationRow): void {
    const before = this.#conversation?.version ?? 0;
    if (conversation.version >= before) this.#conversation = conversation;
    const fresh = messages.filter((message) => message.seq > this.#lastSeq);
    if (fresh.length > 0) {
      this.#lastSeq = fresh.at(-1)!.seq;
      for (const listener of this.listeners) listener.onMessages(fresh, this.#conversation!);
    }
    if (conversation.version > before) for (const listener of this.listeners) listener.onState(conversation);
  }

  async #readMarks(): Promise<void> {
    const before = this.#customerMark;
    const mark = (await this.#runtime.parts.of(markReads)(this.conversationId)) ?? before;
    this.#customerMark = mark;
    const from = Math.min(mark.seq > before.seq ? before.seq : Infinity, mark.deliveredSeq > before.deliveredSeq ? before.deliveredSeq : Infinity);
    const changed = from === Infinity ? [] : await this.#messagesOfUs(from, Math.max(mark.seq, mark.deliveredSeq));
    if (!this.#conversation) return;
    for (const listener of this.listeners) {
      if (changed.length > 0) listener.onChanged(changed, this.#conversation, 'DELIVERY');
      listener.onState(this.#conversation);
    }
  }

  async #readDue(): Promise<void> {
    const row = await this.#runtime.parts.of(rowReads)(this.conversationId);
    if (!row || !this.#conversation) return;
    this.#conversation = { ...this.#conversation, due: row.due };
    for (const listener of this.listeners) listener.onDue(this.#conversation);
  }

  /** A message whose file was scanned, or that was taken back; one the readers do not have yet reaches them as it is. */
  async #readChanged(seq: number): Promise<void> {
    this.#tellChanged(await selectBySeqs(this.#runtime.db, [{ conversationId: this.conversationId, seq }]));
  }

  #tellChanged(messages: readonly MessageRow[]): void {
    if (this.#conversation && messages.length > 0) for (const listener of this.listeners) listener.onChanged(messages, this.#conversation, 'CONTENT');
  }

  /** What was sent to the customer between two numbers. */
  async #messagesOfUs(from: number, to: number): Promise<MessageRow[]> {
    const span = { conversationId: this.conversationId, afterSeq: from, beforeSeq: to + 1, isPublicOnly: true, limit: CHANGED_MAX, isBackward: true };
    const messages = await this.#runtime.parts.of(messageReadings)(span);
    return messages.filter((message) => message.kind !== 'EVENT' && message.authorKind !== 'CUSTOMER' && message.seq <= this.#lastSeq);
  }

  #report(error: unknown): void {
    this.#runtime.log.error({ err: error, conversationId: this.conversationId }, 'a conversation feed could not read; the next look tries again');
  }
}
