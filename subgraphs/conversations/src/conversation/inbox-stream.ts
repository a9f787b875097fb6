import { lastOfEach, LogStream, type Counter, type LiveStream, type Place } from '@careline/kit/live';
import type { ConversationsContext } from '../context.ts';
import { canRead } from './conversation.rules.ts';
import { inboxTail, lookAt, type InboxListener, type InboxSight } from './inbox-tail.ts';
import { selectInboxBounds, selectInboxEvents } from './inbox.store.ts';
import { countViews, toView, viewOwnerOf } from './read-views.ts';
import { viewId, viewsOf, type ViewOwner } from './view.rules.ts';
import type { ConversationRow, InboxTargets, NoticeKind } from './conversation.types.ts';

export type InboxEvent = Place & (
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

class InboxStream extends LogStream<InboxEvent, InboxSight> implements InboxListener {
  readonly #ctx: ConversationsContext;
  #owner: ViewOwner;

  constructor(ctx: ConversationsContext, owner: ViewOwner) {
    super(ctx.clock, () => ctx.runtime.parts.of(inboxTail).detach(this));
    this.#ctx = ctx;
    this.#owner = owner;
  }

  protected attach(): Promise<number> {
    return this.#ctx.runtime.parts.of(inboxTail).attach(this);
  }

  protected bounds() {
    return selectInboxBounds(this.#ctx.db);
  }

  /** Notices are all kept. */
  protected async missed(afterSeq: number, present: number, limit: number): Promise<readonly InboxSight[]> {
    const events = (await selectInboxEvents(this.#ctx.db, afterSeq, limit)).filter(({ seq }) => seq <= present);
    return lookAt(this.#ctx.runtime, lastOfEach(events, ({ conversationId, targets, notice }) => (notice === null ? `${conversationId} ${JSON.stringify(targets)}` : null)));
  }

  protected show({ event, conversation, mentionedIds, snoozerIds }: InboxSight, place: Place): boolean {
    if (!this.#concerns(event.targets)) return false;
    const isReadable = conversation !== null && canRead(this.#ctx.viewer, conversation);
    if (event.notice && event.targets.ticketId) {
      this.tell({ __typename: 'InboxNotice', ...place, kind: event.notice, subjectId: event.targets.ticketId, about: null });
      return true;
    }
    if (event.notice) {
      if (isReadable) this.tell({ __typename: 'InboxNotice', ...place, kind: event.notice, subjectId: conversation.id, about: conversation });
      return isReadable;
    }
    const views = isReadable ? viewsOf(conversation, this.#owner, mentionedIds, snoozerIds) : [];
    if (views.length > 0) this.tell({ __typename: 'InboxConversationChanged', ...place, conversation: conversation!, viewIds: views.map(viewId) });
    else this.tell({ __typename: 'InboxConversationRemoved', ...place, conversationId: event.conversationId });
    return true;
  }

  #concerns(targets: InboxTargets): boolean {
    const { agentId, queueIds, teamMateIds } = this.#owner;
    return targets.agentIds.includes(agentId) || targets.queueIds.some((id) => queueIds.includes(id))
      || (!targets.isPrivate && targets.agentIds.some((id) => teamMateIds.has(id)));
  }

  protected async counters(): Promise<Counter[]> {
    return (await countViews(this.#ctx, this.#owner)).map((one) => ({ id: one.view, text: `${one.count} ${one.unreadCount}`, shown: () => toView(this.#ctx, one) }));
  }

  protected eventOf(kind: 'reset' | 'heartbeat', place: Place): InboxEvent {
    return { __typename: kind === 'reset' ? 'InboxReset' : 'InboxHeartbeat', ...place };
  }

  protected countersEvent(place: Place, views: object[]): InboxEvent {
    return { __typename: 'InboxCountersChanged', ...place, views };
  }

  /** Team mates come and go without an event of the inbox. */
  protected beat(): void {
    void viewOwnerOf(this.#ctx).then((owner) => (this.#owner = owner)).catch((error: unknown) => this.close(error));
  }
}
