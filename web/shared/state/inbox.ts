import { defineStore } from 'pinia';
import { computed, reactive, ref } from 'vue';
import { ConversationViewDocument, ConversationViewsDocument, InboxChangedDocument, InboxDocument, type InboxChangedSubscription, type ViewPartsFragment } from '../../gql/graphql.ts';
import type { Resumable } from '../graphql/live.ts';
import { asApiError, type ApiError } from '../graphql/errors.ts';
import { useCareline } from './careline.ts';
import { guestView } from './guest-view.ts';
import { mergeRow, type Row } from './rows.ts';
import { useSession } from './session.ts';
import { followStream } from './streams.ts';

type InboxEvent = InboxChangedSubscription['inboxChanged'];
export type Notice = Extract<InboxEvent, { __typename: 'InboxNotice' }>;

export interface ViewList {
  ids: Set<string>;
  endCursor: string | null;
  hasMore: boolean;
  isLoading: boolean;
  isLoaded: boolean;
  /** What came and went while a page was being read, which knows nothing of it. */
  meanwhile: Map<string, boolean>;
  error: ApiError | null;
}

const PAGE = 30;

function emptyList(): ViewList {
  return { ids: new Set(), endCursor: null, hasMore: false, isLoading: false, isLoaded: false, meanwhile: new Map(), error: null };
}

function place(list: ViewList, id: string, isIn: boolean): void {
  if (isIn) list.ids.add(id);
  else list.ids.delete(id);
  if (list.isLoading) list.meanwhile.set(id, isIn);
}

/** The server lists a queue like a view, of who waits in it. */
const viewOfQueue = ({ id, name, waitingCount }: { id: string; name: string; waitingCount: number }): ViewPartsFragment => ({
  __typename: 'ConversationView', id, name, builtIn: null, filter: { states: ['QUEUED'], queueIds: [id] }, orderField: 'STARTED', orderDirection: 'ASC', sharing: 'ALL', team: null, isEditable: false, count: waitingCount, unreadCount: 0, version: 1,
});

async function readView(id: string): Promise<ViewPartsFragment | null> {
  const { node } = await useCareline().api.query(ConversationViewDocument, { id });
  if (node?.__typename === 'Queue') return viewOfQueue(node);
  return node?.__typename === 'ConversationView' ? node : null;
}

/** Every conversation this page knows, the views they stand in, and the one stream that keeps both fresh. */
export const useInbox = defineStore('inbox', () => {
  const rows = reactive(new Map<string, Row>());
  const views = ref<ViewPartsFragment[]>([]);
  const lists = reactive(new Map<string, ViewList>());
  const notices = new Set<(notice: Notice) => void>();
  let stream: Resumable | null = null;
  /** The stream tells of it like of the agent's own. */
  const { guest, soughtId, shown, visit, hear } = guestView<ViewPartsFragment>({
    own: () => views.value, find: readView,
    onTurn: (left) => {
      if (left) lists.delete(left.id);
      stream?.resubscribe();
    },
  });

  const unreadTotal = computed(() => views.value.find((view) => view.builtIn === 'MINE')?.unreadCount ?? 0);

  /** Takes a state of a conversation from anywhere; the newer of it and what is known stays. */
  function put(incoming: Row): void {
    rows.set(incoming.id, mergeRow(rows.get(incoming.id), incoming));
  }

  /** Changes what only this agent's own acts change, until the server's word arrives. */
  function patch(id: string, change: Partial<Row>): void {
    const known = rows.get(id);
    if (known) rows.set(id, { ...known, ...change });
  }

  function listOf(viewId: string): ViewList {
    let list = lists.get(viewId);
    if (!list) {
      lists.set(viewId, emptyList());
      list = lists.get(viewId)!;
    }
    return list;
  }

  async function load(viewId: string, isMore = false): Promise<void> {
    const list = listOf(viewId);
    if (list.isLoading || (isMore && !list.hasMore)) return;
    list.isLoading = true;
    list.error = null;
    list.meanwhile.clear();
    try {
      const { conversations } = await useCareline().api.query(InboxDocument, { viewId, first: PAGE, after: isMore ? list.endCursor : null });
      if (!conversations) return;
      if (!isMore) list.ids.clear();
      for (const row of conversations.nodes) {
        put(row);
        list.ids.add(row.id);
      }
      list.meanwhile.forEach((isIn, id) => place(list, id, isIn));
      list.endCursor = conversations.pageInfo.endCursor ?? null;
      list.hasMore = conversations.pageInfo.hasNextPage;
      list.isLoaded = true;
    } catch (cause) {
      list.error = asApiError(cause);
    } finally {
      list.isLoading = false;
    }
  }

  async function readViews(): Promise<void> {
    views.value = (await useCareline().api.query(ConversationViewsDocument, {})).conversationViews ?? [];
  }

  /** Takes counters from the stream. A view nobody here knows, or that was changed, is read with all others: it has its place among them. */
  function count(news: readonly ViewPartsFragment[], removedIds: readonly string[]): void {
    const before = new Map(shown.value.map((view) => [view.id, view.version]));
    const changed = news.filter(({ id, version }) => (before.get(id) ?? 0) < version);
    views.value = views.value.filter(({ id }) => !removedIds.includes(id)).map((view) => news.find(({ id }) => id === view.id) ?? view);
    hear(news, removedIds);
    removedIds.forEach((id) => lists.delete(id));
    if (changed.length === 0) return;
    if (changed.some(({ id }) => id !== guest.value?.id)) void readViews().catch(() => undefined);
    changed.filter(({ id }) => lists.get(id)?.isLoaded).forEach(({ id }) => void load(id));
  }

  async function reload(): Promise<void> {
    await readViews();
    await Promise.all([...lists].filter(([, list]) => list.isLoaded).map(([viewId]) => load(viewId)));
  }

  function apply(event: InboxEvent): void {
    switch (event.__typename) {
      case 'InboxConversationChanged':
        put(event.conversation);
        lists.forEach((list, viewId) => {
          place(list, event.conversation.id, event.viewIds.includes(viewId));
        });
        break;
      case 'InboxConversationRemoved':
        lists.forEach((list) => place(list, event.conversationId, false));
        break;
      case 'InboxCountersChanged':
        count(event.views, event.removedViewIds);
        break;
      case 'InboxNotice':
        notices.forEach((hear) => hear(event));
        break;
      default:
        break;
    }
  }

  function start(): void {
    if (stream) return;
    views.value = useSession().initialViews;
    stream = followStream(InboxChangedDocument, (afterSeq) => ({ afterSeq, viewId: guest.value?.id ?? null }), (data) => data.inboxChanged, {
      from: null,
      apply,
      reset: reload,
      isOnce: (event) => event.__typename === 'InboxNotice',
    });
  }

  function stop(): void {
    stream?.stop();
    stream = null;
    rows.clear();
    lists.clear();
    guest.value = null;
  }

  function onNotice(hear: (notice: Notice) => void): () => void {
    notices.add(hear);
    return () => notices.delete(hear);
  }

  return { rows, views, shown, soughtId, lists, unreadTotal, put, patch, listOf, load, visit, readViews, reload, start, stop, onNotice };
});
