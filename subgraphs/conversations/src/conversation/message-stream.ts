import { appError } from '@careline/kit/errors';
import { LiveStream } from '@careline/kit/live';
import type { ConversationsContext } from '../context.ts';
import { messageReadings, type ConversationFeed, type FeedListener } from './conversation-feed.ts';
import { canRead, lastSeqFor, previousSeqFor, seesInternal } from './conversation.rules.ts';
import { deliveryMarks } from './delivery-marks.ts';
import { deliveryOf } from './delivery.rules.ts';
import { feedHub } from './feed-hub.ts';
import { keepVisit, visitOf } from './keep-visit.ts';
import type { ConversationRow, MessageRow } from './conversation.types.ts';

/** Rows of the first page: most who come back have missed no more. */
const FIRST_PAGE = 8;
const PAGE_MOST = 100;
/** Sealed words of a page, as far as the one before lets expect: what a reader who stops reading makes us hold, for each of its streams. */
const PAGE_BYTES = 64 * 1024;

export type ConversationEvent =
  | { __typename: 'MessageSent'; seq: number; previousSeq: number; at: number; message: MessageRow }
  | { __typename: 'MessageChanged'; seq: number; at: number; message: MessageRow }
  | { __typename: 'ConversationChanged'; seq: number; at: number; conversation: ConversationRow }
  | { __typename: 'ConversationHeartbeat'; seq: number; at: number };

/**
 * The stream of one conversation from `afterSeq` on, without loss and without doubles.
 *
 * It attaches to the feed first, then replays the table page by page as the reader takes them, and goes live once the replay
 * has met the feed. Every message passes the permission check on its way out. Throws NOT_FOUND for who may not read it;
 * ends with that error when the right is lost.
 */
export async function watchMessages(ctx: ConversationsContext, conversationId: string, afterSeq: number): Promise<LiveStream<ConversationEvent>> {
  const hub = ctx.runtime.parts.of(feedHub);
  const feed = await hub.acquire(conversationId);
  const { conversation } = feed;
  if (!conversation || !canRead(ctx.viewer, conversation)) {
    hub.release(feed);
    throw appError('NOT_FOUND');
  }
  try {
    // A position beyond the table is that of a lost past (a restored backup) or of a faster process: the table decides.
    if (afterSeq > feed.lastSeq) await feed.read();
    // Who has missed nothing needs no replay, if that is still true.
    else if (afterSeq === feed.lastSeq) await feed.refresh();
  } catch (error) {
    hub.release(feed);
    throw error;
  }
  return new MessageStream(ctx, feed, Math.min(Math.max(0, afterSeq), feed.lastSeq), () => hub.release(feed));
}

class MessageStream extends LiveStream<ConversationEvent> implements FeedListener {
  readonly #ctx: ConversationsContext;
  readonly #feed: ConversationFeed;
  readonly visitId: string | null;
  /** Everything up to here was looked at, visible or not. */
  #cursor: number;
  /** Seq of the last message sent: the reader's position. */
  #position: number;
  #isLive = false;
  #isReplaying = false;
  #pageRows = FIRST_PAGE;
  /** A beat fell into the replay; it follows as soon as that is over. */
  #isBeatOwed = false;

  constructor(ctx: ConversationsContext, feed: ConversationFeed, afterSeq: number, onClose: () => void) {
    super(() => {
      feed.listeners.delete(this);
      onClose();
    });
    this.#ctx = ctx;
    this.#feed = feed;
    this.visitId = visitOf(ctx);
    this.#cursor = this.#position = afterSeq;
    this.#isLive = afterSeq === feed.lastSeq;
    feed.listeners.add(this);
    this.onState(feed.conversation!);
    keepVisit(ctx);
  }

  override next(): Promise<IteratorResult<ConversationEvent>> {
    if (!this.#isLive && !this.#isReplaying && this.backlog === 0) void this.#replay();
    return super.next();
  }

  /** One page of the table, or as many as bring something this reader may see. */
  async #replay(): Promise<void> {
    this.#isReplaying = true;
    try {
      while (!this.#isLive && !this.isClosed && this.backlog === 0) await this.#replayPage();
    } catch (error) {
      this.close(error);
    } finally {
      this.#isReplaying = false;
    }
  }

  async #replayPage(): Promise<void> {
    const known = this.#feed.lastSeq;
    const limit = this.#pageRows;
    const span = { conversationId: this.#feed.conversationId, afterSeq: this.#cursor, limit };
    const conversation = this.#feed.conversation!;
    const messages = await this.#ctx.runtime.parts.of(messageReadings)({ ...span, isPublicOnly: !seesInternal(this.#ctx.viewer, conversation) });
    if (this.isClosed) return;
    // Before the push, which may hand the reader its event and bring it back for the next one.
    if (messages.length < limit) {
      this.#cursor = Math.max(this.#cursor, known, messages.at(-1)?.seq ?? 0);
      this.#isLive = this.#cursor >= this.#feed.lastSeq;
    } else {
      this.#cursor = messages.at(-1)!.seq;
      this.#pageRows = rowsOfPage(messages);
    }
    this.#send(messages, this.#feed.conversation!);
    if (this.#isLive && this.#isBeatOwed) this.onBeat(this.#feed.conversation!);
  }

  onMessages(messages: readonly MessageRow[], conversation: ConversationRow): void {
    if (!this.#isLive) return;
    const fresh = messages.filter((message) => message.seq > this.#cursor);
    this.#cursor = Math.max(this.#cursor, messages.at(-1)!.seq);
    this.#send(fresh, conversation);
  }

  onChanged(messages: readonly MessageRow[], conversation: ConversationRow, why: 'DELIVERY' | 'CONTENT'): void {
    if ((why === 'DELIVERY' && this.#ctx.viewer.isCustomer) || !this.#mayGoOn(conversation)) return;
    const readsInternal = seesInternal(this.#ctx.viewer, conversation);
    for (const message of messages) {
      if (message.visibility === 'INTERNAL' && !readsInternal) continue;
      if (message.seq <= this.#position) this.push({ __typename: 'MessageChanged', seq: this.#position, at: this.#ctx.clock.now(), message });
    }
  }

  onState(conversation: ConversationRow): void {
    if (!this.#mayGoOn(conversation)) return;
    this.push({ __typename: 'ConversationChanged', seq: this.#position, at: this.#ctx.clock.now(), conversation });
  }

  /** What is promised is not for customers to see. */
  onDue(conversation: ConversationRow): void {
    if (!this.#ctx.viewer.isCustomer) this.onState(conversation);
  }

  onBeat(conversation: ConversationRow): void {
    this.#isBeatOwed = !this.#isLive;
    if (!this.#isLive || !this.#mayGoOn(conversation)) return;
    const seq = Math.max(this.#position, Math.min(lastSeqFor(this.#ctx.viewer, conversation), this.#cursor));
    this.push({ __typename: 'ConversationHeartbeat', seq, at: this.#ctx.clock.now() });
  }

  #mayGoOn(conversation: ConversationRow): boolean {
    if (canRead(this.#ctx.viewer, conversation)) return true;
    this.close(appError('NOT_FOUND', { internal: 'the conversation left the scope of its watcher' }));
    return false;
  }

  #send(messages: readonly MessageRow[], conversation: ConversationRow): void {
    if (messages.length === 0 || !this.#mayGoOn(conversation)) return;
    const readsInternal = seesInternal(this.#ctx.viewer, conversation);
    for (const message of messages) {
      if (message.visibility === 'INTERNAL' && !readsInternal) continue;
      this.#position = message.seq;
      this.push({ __typename: 'MessageSent', seq: message.seq, previousSeq: previousSeqFor(readsInternal, message), at: this.#ctx.clock.now(), message });
    }
    if (this.#ctx.viewer.isCustomer) this.#noteDelivery(messages);
  }

  /** Only of what is on its way to the customer: most of what customers see in their streams is what they wrote. */
  #noteDelivery(messages: readonly MessageRow[]): void {
    const last = messages.findLast((message) => deliveryOf(message, undefined) !== null);
    if (last) this.#ctx.runtime.parts.of(deliveryMarks).note(last.conversationId, this.#ctx.viewer.identity!.id, last.seq);
  }
}

/** As many rows like these as make a page. */
function rowsOfPage(like: readonly MessageRow[]): number {
  const bytes = like.reduce((sum, { content }) => sum + (content?.length ?? 0), 0);
  return Math.min(PAGE_MOST, Math.max(1, Math.floor((PAGE_BYTES * like.length) / Math.max(1, bytes))));
}
