import { defineStore } from 'pinia';
import { reactive } from 'vue';
import {
  ConversationDocument, ConversationMessagesDocument, MessageSentDocument, MissedConversationMessagesDocument, ResumeConversationDocument,
  type ConversationQuery, type MessageSentSubscription,
} from '../../gql/graphql.ts';
import { ApiError, asApiError } from '../graphql/errors.ts';
import type { Resumable } from '../graphql/live.ts';
import { missedChanges } from '../graphql/missed-changes.ts';
import { useCareline } from './careline.ts';
import { useInbox } from './inbox.ts';
import { withRecalled } from './rows.ts';
import { followStream } from './streams.ts';
import { addMessages, addOlder, emptyThread, type Message, type Thread } from './thread.ts';

type Event = MessageSentSubscription['messageSent'];
type Ticket = NonNullable<NonNullable<NonNullable<ConversationQuery['conversation']>['tickets']>['nodes'][number]>;

export interface OpenThread extends Thread {
  /** Position of the stream: everything up to it is on screen. */
  seq: number;
  /** Version of the conversation up to which changes of its messages are on screen. */
  version: number;
  isLoading: boolean;
  isLoadingOlder: boolean;
  isLoaded: boolean;
  /** Null while tickets is unavailable. */
  tickets: Ticket[] | null;
  error: ApiError | null;
}

const KEPT = 30;

/** The threads opened lately (30 of them) and the live stream of the one on screen. */
export const useThreads = defineStore('threads', () => {
  const threads = reactive(new Map<string, OpenThread>());
  let openId: string | null = null;
  let stream: Resumable | null = null;

  function threadOf(id: string): OpenThread {
    if (!threads.has(id)) {
      threads.set(id, { ...emptyThread(), seq: 0, version: 0, isLoading: false, isLoadingOlder: false, isLoaded: false, tickets: null, error: null });
    }
    return threads.get(id)!;
  }

  function forgetOldest(): void {
    for (const id of threads.keys()) {
      if (threads.size <= KEPT) return;
      if (id !== openId) threads.delete(id);
    }
  }

  async function load(id: string): Promise<void> {
    const thread = threadOf(id);
    thread.isLoading = true;
    thread.error = null;
    try {
      const { conversation } = await useCareline().api.query(ConversationDocument, { id });
      if (!conversation) throw new ApiError('NOT_FOUND', '');
      const { messages, tickets, ...head } = conversation;
      useInbox().put(head);
      addMessages(thread, messages.nodes);
      thread.startCursor = messages.pageInfo.startCursor ?? null;
      thread.hasOlder = messages.pageInfo.hasPreviousPage;
      thread.tickets = tickets?.nodes ?? null;
      thread.version = head.version;
      thread.seq = Math.max(thread.seq, messages.nodes.at(-1)?.seq ?? 0);
      thread.isLoaded = true;
    } catch (cause) {
      thread.error = asApiError(cause);
    } finally {
      thread.isLoading = false;
    }
  }

  async function loadOlder(id: string): Promise<void> {
    const thread = threadOf(id);
    if (!thread.hasOlder || thread.isLoadingOlder) return;
    thread.isLoadingOlder = true;
    try {
      const { conversation } = await useCareline().api.query(ConversationMessagesDocument, { id, last: 50, before: thread.startCursor });
      if (conversation) addOlder(thread, conversation.messages.nodes, conversation.messages.pageInfo);
    } finally {
      thread.isLoadingOlder = false;
    }
  }

  function follow(id: string): void {
    const thread = threadOf(id);
    const missed = missedChanges(thread.version);
    stream = followStream(MessageSentDocument, (afterSeq) => ({ conversationId: id, afterSeq: afterSeq ?? 0 }), (data) => data.messageSent as Event, {
      from: thread.seq,
      onState: (state) => { if (state === 'connecting') missed.opened(); },
      apply: (event) => {
        apply(id, thread, event);
        if (event.__typename !== 'ConversationChanged') return;
        thread.version = event.conversation.version;
        if (missed.hears(thread.version)) void readAgain(id, thread).catch(() => {
          thread.version = 0;
          missed.failed();
        });
      },
      fillHole: (afterSeq) => loadMissed(id, afterSeq),
    });
  }

  /** What was changed while nobody listened, as far back as this page knows. */
  async function readAgain(id: string, thread: OpenThread): Promise<void> {
    const events = await loadMissed(id, Math.min(...thread.bySeq.keys()) - 1);
    for (const event of events) if (event.__typename === 'MessageSent') put(id, event.message);
  }

  function apply(id: string, thread: OpenThread, event: Event): void {
    if (event.__typename === 'MessageSent') {
      addMessages(thread, [event.message]);
      thread.seq = Math.max(thread.seq, event.seq);
    } else if (event.__typename === 'MessageChanged') {
      put(id, event.message);
    } else if (event.__typename === 'ConversationChanged') {
      useInbox().put(event.conversation);
    }
  }

  /** Opens a conversation: from memory at once, from the server behind it, then live. */
  async function open(id: string): Promise<void> {
    if (openId === id && stream) return;
    close();
    openId = id;
    const thread = threadOf(id);
    threads.delete(id);
    threads.set(id, thread);
    forgetOldest();
    if (!thread.isLoaded) await load(id);
    else void useCareline().api.mutate(ResumeConversationDocument, { input: { conversationId: id, lastSeq: thread.seq } }).catch(() => undefined);
    if (openId === id && threadOf(id).isLoaded) follow(id);
  }

  function close(): void {
    stream?.stop();
    stream = null;
    openId = null;
  }

  /** Brings a neighbour into memory before it is opened. */
  function prefetch(id: string): void {
    const thread = threadOf(id);
    if (!thread.isLoaded && !thread.isLoading) void load(id);
  }

  /** Shows a message the server has just stored or changed for us; the stream brings it again, to the same place. */
  function put(id: string, message: Message): void {
    const thread = threads.get(id);
    if (thread) addMessages(thread, [message]);
    const row = useInbox().rows.get(id);
    if (row && message.recalledAt) useInbox().patch(id, withRecalled(row, message));
  }

  function clear(): void {
    close();
    threads.clear();
  }

  return { threads, threadOf, load, loadOlder, open, close, prefetch, put, clear };
});

/** The messages of a hole as events of the stream, so that they take the same way. */
async function loadMissed(id: string, afterSeq: number): Promise<Event[]> {
  const events: Event[] = [];
  let previousSeq = afterSeq;
  for (let hasMore = true; hasMore;) {
    const { conversation } = await useCareline().api.query(MissedConversationMessagesDocument, { id, afterSeq: previousSeq });
    for (const message of conversation?.messages.nodes ?? []) {
      events.push({ __typename: 'MessageSent', seq: message.seq, previousSeq, at: message.sentAt, message });
      previousSeq = message.seq;
    }
    hasMore = conversation?.messages.pageInfo.hasNextPage ?? false;
  }
  return events;
}
