import { lastOfEach, LogStream, type Counter, type LiveStream, type Place } from '@careline/kit/live';
import type { ConversationsContext } from '../context.ts';
import { canRead } from './conversation.rules.ts';
import { meetsFilter } from './filter.rules.ts';
import { inboxTail, lookAt, type InboxListener, type InboxSight } from './inbox-tail.ts';
import { selectInboxBounds, selectInboxEvents } from './inbox.store.ts';
import { countViews, toView, viewOwnerOf } from './read-views.ts';
import { VIEWS_CHANNEL } from './save-view.ts';
import { countSavedViews, findSavedView, readSavedViews, showSavedView, type SavedConversationView } from './saved-views.ts';
import { viewId, viewsOf, type ViewOwner } from './view.rules.ts';
import type { ConversationRow, NoticeKind } from './conversation.types.ts';

export type InboxEvent = Place & (
  | { __typename: 'InboxConversationChanged'; conversation: ConversationRow; viewIds: string[] }
  | { __typename: 'InboxConversationRemoved'; conversationId: string }
  | { __typename: 'InboxCountersChanged'; views: object[]; removedViewIds: string[] }
  | { __typename: 'InboxNotice'; kind: NoticeKind; subjectId: string; about: ConversationRow | null }
  | { __typename: 'InboxReset' | 'InboxHeartbeat' }
);

/**
 * The stream of one agent's inbox after `afterSeq`, or from now on when that is null.
 *
 * The log of all agents has one gap-free number and is kept 24 h, so a position is all that a resume needs.
 * What was missed comes once for each conversation, as it is now. A position that the log no longer holds, or that lies too
 * far back, gets InboxReset. `viewId` names a view to tell of besides the agent's own. Throws FORBIDDEN for who is no agent.
 */
export async function watchInbox(ctx: ConversationsContext, afterSeq: number | null, viewId: string | null = null): Promise<LiveStream<InboxEvent>> {
  const readViews = () => viewsWith(ctx, viewId);
  const stream = new InboxStream(ctx, await viewOwnerOf(ctx), await readViews(), readViews);
  try {
    await stream.begin(afterSeq);
  } catch (error) {
    await stream.return();
    throw error;
  }
  return stream;
}

/** The agent's saved views and a further one; without it when it is not there for the agent, who would else lose the whole stream with it. */
async function viewsWith(ctx: ConversationsContext, viewId: string | null): Promise<SavedConversationView[]> {
  const views = await readSavedViews(ctx);
  const further = viewId === null || views.some(({ row }) => row.id === viewId) ? null : await findSavedView(ctx, viewId);
  return further ? [...views, further] : views;
}

class InboxStream extends LogStream<InboxEvent, InboxSight> implements InboxListener {
  readonly #ctx: ConversationsContext;
  #owner: ViewOwner;
  #saved: readonly SavedConversationView[];
  readonly #readViews: () => Promise<SavedConversationView[]>;

  constructor(ctx: ConversationsContext, owner: ViewOwner, saved: readonly SavedConversationView[], readViews: () => Promise<SavedConversationView[]>) {
    const forget = ctx.live.subscribe(VIEWS_CHANNEL, () => this.#lookAgain());
    super(ctx.clock, () => {
      ctx.runtime.parts.of(inboxTail).detach(this);
      forget();
    });
    this.#ctx = ctx;
    this.#owner = owner;
    this.#saved = saved;
    this.#readViews = readViews;
  }

  get asksForUnread(): boolean {
    return this.#saved.some(({ filter }) => filter.isUnread);
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
    return lookAt(this.#ctx.runtime, lastOfEach(events, ({ conversationId, targets, notice }) => (notice === null ? `${conversationId} ${JSON.stringify(targets)}` : null)), this.asksForUnread);
  }

  protected show({ event, conversation, mentionedIds, snoozerIds, readSeqs }: InboxSight, place: Place): boolean {
    if (!this.#concerns(event)) return false;
    const isReadable = conversation !== null && canRead(this.#ctx.viewer, conversation);
    if (event.notice && event.targets.ticketId) {
      this.tell({ __typename: 'InboxNotice', ...place, kind: event.notice, subjectId: event.targets.ticketId, about: null });
      return true;
    }
    if (event.notice) {
      if (isReadable) this.tell({ __typename: 'InboxNotice', ...place, kind: event.notice, subjectId: conversation.id, about: conversation });
      return isReadable;
    }
    const readSeq = readSeqs?.get(this.#owner.agentId) ?? 0;
    const viewIds = isReadable ? [
      ...viewsOf(conversation, this.#owner, mentionedIds, snoozerIds).map(viewId), ...this.#saved.filter(({ filter }) => meetsFilter(conversation, filter, readSeq)).map(({ row }) => row.id),
    ] : [];
    if (viewIds.length > 0) this.tell({ __typename: 'InboxConversationChanged', ...place, conversation: conversation!, viewIds });
    else this.tell({ __typename: 'InboxConversationRemoved', ...place, conversationId: event.conversationId });
    return true;
  }

  /** A saved view of who sees everything may hold what is far from all its queues and mates: whether it was there before is not known. */
  #concerns({ targets, notice }: InboxSight['event']): boolean {
    const { agentId, queueIds, teamMateIds } = this.#owner;
    const isOfEverything = notice === null && this.#saved.length > 0 && this.#ctx.viewer.scopeOf('conversation:read') === 'ALL';
    return targets.agentIds.includes(agentId) || targets.queueIds.some((id) => queueIds.includes(id))
      || (!targets.isPrivate && (isOfEverything || targets.agentIds.some((id) => teamMateIds.has(id))));
  }

  protected async counters(): Promise<Counter[]> {
    const [builtIn, saved] = await Promise.all([countViews(this.#ctx, this.#owner), countSavedViews(this.#ctx, this.#saved)]);
    return [
      ...builtIn.map((one) => ({ id: viewId(one.view), text: `${one.count} ${one.unreadCount}`, shown: () => toView(this.#ctx, one) })),
      ...saved.map((one) => ({ id: one.row.id, text: `${one.row.version} ${one.count} ${one.unreadCount}`, shown: () => showSavedView(this.#ctx, one) })),
    ];
  }

  protected eventOf(kind: 'reset' | 'heartbeat', place: Place): InboxEvent {
    return { __typename: kind === 'reset' ? 'InboxReset' : 'InboxHeartbeat', ...place };
  }

  protected countersEvent(place: Place, views: object[], removedViewIds: string[]): InboxEvent {
    return { __typename: 'InboxCountersChanged', ...place, views, removedViewIds };
  }

  /** Team mates come and go without an event of the inbox, and the word that a view changed may be lost. */
  protected beat(): void {
    this.#lookAgain();
  }

  #lookAgain(): void {
    void Promise.all([viewOwnerOf(this.#ctx), this.#readViews()]).then(([owner, saved]) => {
      this.#owner = owner;
      const keyOf = (views: readonly SavedConversationView[]) => views.map(({ row }) => `${row.id} ${row.version}`).join();
      const isChanged = keyOf(this.#saved) !== keyOf(saved);
      this.#saved = saved;
      if (isChanged) this.countSoon();
    }).catch((error: unknown) => this.close(error));
  }
}
