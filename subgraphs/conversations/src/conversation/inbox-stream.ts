import { LiveStream } from '@careline/kit/live';
import { hasPassed, SECOND } from '@careline/kit/time';
import type { ConversationsContext } from '../context.ts';
import { canRead } from './conversation.rules.ts';
import { inboxTail, lookAt, type InboxListener, type InboxSight } from './inbox-tail.ts';
import { selectInboxBounds, selectInboxEvents, type InboxEventRow } from './inbox.store.ts';
import { countViews, toView, viewOwnerOf, type ViewCounters } from './read-views.ts';
import { viewId, viewsOf, type ViewOwner } from './view.rules.ts';
import type { ConversationRow, InboxTargets, NoticeKind } from './conversation.types.ts';

const COUNTERS_EVERY_MS = 500;
const BEAT_AFTER_MS = 15 * SECOND;
/** More missed than this is cheaper to load again. */
const MISSED_MAX = 2_000;
const QUEUE_MAX = MISSED_MAX + 500;
/** So far a reader may fall behind through events of others before it gets a new position. */
const DRIFT_MAX = 500;

export type InboxEvent = { seq: number; at: number } & (
  | { __typename: 'InboxConversationChanged'; conversation: ConversationRow; viewIds: string[] }
  | { __typename: 'InboxConversationRemoved'; conversationId: string }
  | { __typename: 'InboxCountersChanged'; views: object[] }
  | { __typename: 'InboxNotice'; kind: NoticeKind; subjectId: string; about: ConversationRow | null }
  | { __typename: 'InboxReset' | 'InboxHeartbeat' }
);

/**
 * The stream of one agent's inbox after `afterSeq`, or from now on when that is null.
 *
 * The log of all agents has one gap-free number and is kept 24 h, so a position is all that a resume needs.
 * What was missed comes once for each conversation, as it is now. A position that the log no longer holds, or that lies too
 * far back, gets InboxReset. Throws FORBIDDEN for who is no agent.
 */
export async function watchInbox(ctx: ConversationsContext, afterSeq: number | null): Promise<LiveStream<InboxEvent>> {
  const stream = new InboxStream(ctx, await viewOwnerOf(ctx));
  try {
    await stream.begin(afterSeq);
  } catch (error) {
    await stream.return();
    throw error;
  }
  return stream;
}

class InboxStream extends LiveStream<InboxEvent> implements InboxListener {
  readonly #ctx: ConversationsContext;
  #owner: ViewOwner;
  #cursor = 0;
  /** The position the reader holds. */
  #sent = 0;
  #early: InboxSight[] | null = [];
  #counters = new Map<string, string>();
  #counting: NodeJS.Timeout | null = null;
  #beatAt: number;

  constructor(ctx: ConversationsContext, owner: ViewOwner) {
    super(() => {
      ctx.runtime.parts.of(inboxTail).detach(this);
      if (this.#counting) clearTimeout(this.#counting);
    }, QUEUE_MAX);
    this.#ctx = ctx;
    this.#owner = owner;
    this.#beatAt = ctx.clock.now();
  }

  /** Listens first, then brings the reader from its position to the present. */
  async begin(afterSeq: number | null): Promise<void> {
    const present = await this.#ctx.runtime.parts.of(inboxTail).attach(this);
    this.#cursor = this.#sent = present;
    if (afterSeq !== null) await this.#catchUp(afterSeq, present);
    await this.#count(true);
    const early = this.#early!;
    this.#early = null;
    this.onSights(early);
  }

  async #catchUp(afterSeq: number, present: number): Promise<void> {
    const { oldest, last } = await selectInboxBounds(this.#ctx.db);
    const isKept = oldest === null ? afterSeq >= last : afterSeq >= oldest - 1;
    if (!isKept || afterSeq > present || present - afterSeq > MISSED_MAX) {
      this.#push({ __typename: 'InboxReset', seq: present, at: this.#ctx.clock.now() });
      return;
    }
    const missed = (await selectInboxEvents(this.#ctx.db, afterSeq, MISSED_MAX)).filter((event) => event.seq <= present);
    for (const sight of await lookAt(this.#ctx.runtime, lastOfEach(missed))) this.#show(sight);
  }

  onSights(sights: readonly InboxSight[]): void {
    if (this.#early) {
      this.#early.push(...sights);
      // It comes again from its position, when there is less to do.
      if (this.#early.length > QUEUE_MAX) this.close();
      return;
    }
    let isConcerned = false;
    for (const sight of sights) {
      if (sight.event.seq <= this.#cursor) continue;
      this.#cursor = sight.event.seq;
      isConcerned = this.#show(sight) || isConcerned;
    }
    if (isConcerned || this.#cursor - this.#sent > DRIFT_MAX) this.#countSoon();
  }

  onBeat(): void {
    const now = this.#ctx.clock.now();
    if (this.#early || !hasPassed(this.#beatAt, BEAT_AFTER_MS, now)) return;
    this.#beatAt = now;
    this.push({ __typename: 'InboxHeartbeat', seq: this.#sent, at: now });
    // Team mates come and go without an event of the inbox.
    void viewOwnerOf(this.#ctx).then((owner) => (this.#owner = owner)).catch((error: unknown) => this.close(error));
  }

  /** Whether the event concerned this agent. */
  #show({ event, conversation, mentionedIds, snoozerIds }: InboxSight): boolean {
    if (!this.#concerns(event.targets)) return false;
    const place = { seq: event.seq, at: this.#ctx.clock.now() };
    const isReadable = conversation !== null && canRead(this.#ctx.viewer, conversation);
    if (event.notice && event.targets.ticketId) {
      this.#push({ __typename: 'InboxNotice', ...place, kind: event.notice, subjectId: event.targets.ticketId, about: null });
      return true;
    }
    if (event.notice) {
      if (isReadable) this.#push({ __typename: 'InboxNotice', ...place, kind: event.notice, subjectId: conversation.id, about: conversation });
      return isReadable;
    }
    const views = isReadable ? viewsOf(conversation, this.#owner, mentionedIds, snoozerIds) : [];
    if (views.length > 0) this.#push({ __typename: 'InboxConversationChanged', ...place, conversation: conversation!, viewIds: views.map(viewId) });
    else this.#push({ __typename: 'InboxConversationRemoved', ...place, conversationId: event.conversationId });
    return true;
  }

  #concerns(targets: InboxTargets): boolean {
    const { agentId, queueIds, teamMateIds } = this.#owner;
    return targets.agentIds.includes(agentId) || targets.queueIds.some((id) => queueIds.includes(id))
      || (!targets.isPrivate && targets.agentIds.some((id) => teamMateIds.has(id)));
  }

  #push(event: InboxEvent): void {
    this.#sent = Math.max(this.#sent, event.seq);
    this.push(event);
  }

  #countSoon(): void {
    this.#counting ??= setTimeout(() => {
      this.#counting = null;
      if (!this.isClosed) void this.#count(false).catch((error: unknown) => this.close(error));
    }, COUNTERS_EVERY_MS);
  }

  async #count(isFirst: boolean): Promise<void> {
    const position = this.#cursor;
    const changed = (await countViews(this.#ctx, this.#owner)).filter((counters) => this.#isNews(counters));
    if (changed.length === 0 && !isFirst && position - this.#sent <= DRIFT_MAX) return;
    this.#push({ __typename: 'InboxCountersChanged', seq: Math.max(position, this.#sent), at: this.#ctx.clock.now(), views: changed.map((one) => toView(this.#ctx, one)) });
  }

  #isNews({ view, count, unreadCount }: ViewCounters): boolean {
    const text = `${count} ${unreadCount}`;
    const isNews = this.#counters.get(view) !== text;
    this.#counters.set(view, text);
    return isNews;
  }
}

/** Of several changes of one conversation only the last: it is shown as it is now anyway. Notices are all kept. */
function lastOfEach(events: readonly InboxEventRow[]): InboxEventRow[] {
  const keyOf = (event: InboxEventRow) => `${event.conversationId} ${JSON.stringify(event.targets)}`;
  const places = new Map(events.filter((event) => event.notice === null).map((event) => [keyOf(event), event.seq]));
  return events.filter((event) => event.notice !== null || places.get(keyOf(event)) === event.seq);
}
