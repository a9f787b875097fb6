import missedMessagesDocument from '../../../../schema/operations/missed-messages.graphql?raw';
import messageSentDocument from '../../../../schema/operations/visitor-message-sent.graphql?raw';
import { resumable, type LiveEvent, type LiveSink } from '../../../shared/graphql/live.ts';
import { missedChanges } from '../../../shared/graphql/missed-changes.ts';
import type { VisitorApi } from '../../api.ts';
import type { VisitorConversation, VisitorMessage } from './types.ts';

interface ConversationEvent extends LiveEvent {
  message?: VisitorMessage;
  conversation?: VisitorConversation;
}

export interface Following {
  conversationId: string;
  stop(): void;
}

interface Listener {
  message(message: VisitorMessage): void;
  state(conversation: VisitorConversation): void;
  /** Whether the line is up; false while a cut is being mended. */
  line(isUp: boolean): void;
}

interface MissedPage {
  conversation: { messages: { nodes: VisitorMessage[]; pageInfo: { hasNextPage: boolean } } } | null;
}

/** Follows a conversation from its first message: every message once, in order, across any cut. */
export function followConversation(api: VisitorApi, conversationId: string, listener: Listener): Following {
  const missed = missedChanges(null);
  const readAgain = async () => (await loadMissed(api, conversationId, 0)).forEach((event) => listener.message(event.message!));
  const stream = resumable<ConversationEvent>({
    from: 0,
    source: (afterSeq, sink) => subscribe(api, messageSentDocument, { conversationId, afterSeq: afterSeq ?? 0 }, 'messageSent', sink),
    apply: (event) => {
      if (event.message) listener.message(event.message);
      if (!event.conversation) return;
      listener.state(event.conversation);
      if (missed.hears(event.conversation.version)) void readAgain().catch(() => missed.failed());
    },
    fillHole: (afterSeq) => loadMissed(api, conversationId, afterSeq),
    onState: (state) => {
      if (state === 'connecting') missed.opened();
      listener.line(state !== 'waiting');
    },
    renew: async () => {
      api.expire();
      await api.token();
      return true;
    },
    onSilence: () => api.socket.terminate(),
  });
  return { conversationId, stop: () => stream.stop() };
}

async function loadMissed(api: VisitorApi, conversationId: string, afterSeq: number): Promise<ConversationEvent[]> {
  const events: ConversationEvent[] = [];
  for (let from = afterSeq; ;) {
    const { conversation } = await api.request<MissedPage>(missedMessagesDocument, { id: conversationId, afterSeq: from });
    const page = conversation?.messages;
    for (const message of page?.nodes ?? []) {
      events.push({ __typename: 'MessageSent', seq: message.seq, previousSeq: from, message });
      from = message.seq;
    }
    if (!page?.pageInfo.hasNextPage) return events;
  }
}

/** One subscription as a source of `resumable` or `lossy`: unwraps the field, turns error results into ends. */
export function subscribe<E>(api: VisitorApi, query: string, variables: Record<string, unknown>, field: string, sink: LiveSink<E>): () => void {
  return api.socket.subscribe<Record<string, E>>({ query, variables }, {
    next: ({ data, errors }) => (errors ? sink.error(errors) : sink.next(data![field] as E)),
    error: (cause) => sink.error(cause),
    complete: () => sink.complete(),
  });
}
