import { conversationAssigned, conversationClosed, conversationReopened, conversationRouted, conversationStarted, conversationTransferred, messageRecalled, messageSent } from '@careline/schema/events';
import { on, type Envelope, type Handler } from '@careline/kit/events';
import { forgetFilesOf, noteFilesOf, noteOwnerOf, notePlaceOf } from './note-use.ts';
import type { Place } from './use.store.ts';

interface ConversationFacts {
  conversationId: string;
  customerId: string;
  queueId: string | null;
}

function placeOf({ at, id, data }: Envelope<ConversationFacts>): Place {
  // Later events sort after earlier ones; ids break ties, because two events may share a millisecond.
  const mark = `${String(at).padStart(15, '0')}:${id}`;
  return { conversationId: data.conversationId, customerId: data.customerId, queueId: data.queueId, mark };
}

/** Hears what permission checks must know of conversations: whose they are, where they wait, who owns them, what they carry. */
export const attachmentHandlers: Handler[] = [
  on(conversationStarted, (event, tx) => notePlaceOf(tx, placeOf(event))),
  on(conversationRouted, (event, tx) => notePlaceOf(tx, placeOf(event))),
  on(conversationTransferred, (event, tx) => notePlaceOf(tx, placeOf(event))),
  on(conversationReopened, (event, tx) => notePlaceOf(tx, placeOf(event))),
  on(conversationAssigned, (event, tx) => noteOwnerOf(tx, placeOf(event), event.data.agentId)),
  on(conversationClosed, (event, tx) => (event.data.agentId ? noteOwnerOf(tx, placeOf(event), event.data.agentId) : notePlaceOf(tx, placeOf(event)))),
  on(messageSent, (event, tx) => noteFilesOf(tx, placeOf(event), event.data), { when: (message) => message.attachmentIds.length > 0 }),
  on(messageRecalled, (event, tx) => forgetFilesOf(tx, event.data), { when: (message) => message.attachmentIds.length > 0 }),
];
