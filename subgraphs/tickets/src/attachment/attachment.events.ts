import { conversationAssigned, conversationClosed, conversationReopened, conversationRouted, conversationStarted, conversationTransferred, messageSent } from '@careline/schema/events';
import type { Tx } from '@careline/kit/db';
import { on, type Envelope, type Handler } from '@careline/kit/events';
import { insertLinks, noteAgent, notePlace } from './use.store.ts';

interface ConversationFacts {
  conversationId: string;
  customerId: string;
  queueId: string | null;
}

// Later events sort after earlier ones; ids break ties, because two events may share a millisecond.
const markOf = (event: Envelope) => `${String(event.at).padStart(15, '0')}:${event.id}`;

const place = (event: Envelope<ConversationFacts>, tx: Tx) => {
  const { conversationId, customerId, queueId } = event.data;
  return notePlace(tx, { conversationId, customerId, queueId, mark: markOf(event) });
};

/** Keeps what permission checks must know of conversations: whose they are, where they wait, who owns them. */
export const attachmentHandlers: Handler[] = [
  on(conversationStarted, place),
  on(conversationRouted, place),
  on(conversationTransferred, place),
  on(conversationReopened, place),
  on(conversationAssigned, async (event, tx) => {
    await place(event, tx);
    await noteAgent(tx, event.data.conversationId, event.data.agentId, markOf(event));
  }),
  on(conversationClosed, async (event, tx) => {
    await place(event, tx);
    if (event.data.agentId) await noteAgent(tx, event.data.conversationId, event.data.agentId, markOf(event));
  }),
  on(messageSent, async (event, tx) => {
    await place(event, tx);
    await insertLinks(tx, event.data.conversationId, event.data.attachmentIds, event.data.visibility);
  }),
];
