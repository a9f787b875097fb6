import { on, onMany, type Handler } from '@careline/kit/events';
import {
  conversationAssigned, conversationClosed, conversationRated, conversationStarted, conversationTransferred, customerMerged, identityChanged, messageSent, ticketCreated,
} from '@careline/schema/events';
import type { Runtime } from '../context.ts';
import { addEntry, addMergeEntry, noteContacts, SYSTEM } from './add-entry.ts';

/** What the timelines of customers and their last contact take from the events of all subgraphs. */
export function customerHandlers(_runtime: Runtime): Handler[] {
  return [
    on(conversationStarted, ({ data, at }, tx) => addEntry(tx, {
      customerId: data.customerId, at, kind: 'CONVERSATION_STARTED', actor: { kind: 'CUSTOMER', id: data.customerId }, subjectId: data.conversationId,
      facts: { number: data.number, channelKind: data.channelKind },
    })),
    on(conversationAssigned, ({ data, at }, tx) => addEntry(tx, {
      customerId: data.customerId, at, kind: 'CONVERSATION_ASSIGNED', actor: { kind: 'AGENT', id: data.agentId }, subjectId: data.conversationId,
      facts: { number: data.number, agentName: data.agentName, waitedSeconds: data.waitedSeconds },
    })),
    on(conversationTransferred, ({ data, at }, tx) => addEntry(tx, {
      customerId: data.customerId, at, kind: 'CONVERSATION_TRANSFERRED', actor: SYSTEM, subjectId: data.conversationId,
      facts: { number: data.number, fromName: data.fromName, toName: data.toName },
    })),
    on(conversationClosed, ({ data, at }, tx) => addEntry(tx, {
      customerId: data.customerId, at, kind: 'CONVERSATION_CLOSED',
      actor: { kind: data.by, id: data.by === 'AGENT' ? data.agentId : data.by === 'CUSTOMER' ? data.customerId : null }, subjectId: data.conversationId,
      facts: { number: data.number },
    })),
    on(conversationRated, ({ data, at }, tx) => addEntry(tx, {
      customerId: data.customerId, at, kind: 'CONVERSATION_RATED', actor: { kind: 'CUSTOMER', id: data.customerId }, subjectId: data.conversationId,
      facts: { number: data.number, score: data.score },
    })),
    on(ticketCreated, async ({ data, at }, tx) => {
      if (!data.customerId) return;
      await addEntry(tx, {
        customerId: data.customerId, at, kind: 'TICKET_CREATED', actor: data.by, subjectId: data.ticketId,
        facts: { number: data.number, priority: data.priority, categoryKey: data.categoryKey },
      });
    }),
    on(customerMerged, ({ data, at }, tx) => addMergeEntry(tx, data, at)),
    on(identityChanged, ({ data, at }, tx) => addEntry(tx, {
      customerId: data.customerId, at, kind: 'IDENTITY_CHANGED', actor: SYSTEM, subjectId: null, facts: { identityKind: data.identityKind, isRemoved: data.isRemoved },
    })),
    onMany(messageSent, (events, tx) => noteContacts(tx, events.map(({ data, at }) => ({ customerId: data.customerId, at }))), {
      when: (message) => message.authorKind === 'CUSTOMER',
    }),
  ];
}
