import { on, onMany, type Handler } from '@careline/kit/events';
import { customerMerged, identityChanged, messageSent, ticketEntryAdded } from '@careline/schema/events';
import type { Runtime } from '../context.ts';
import { addEntries, addMergeEntry, noteContacts, SYSTEM } from './add-entry.ts';
import { tellTicketEntry } from './timeline.rules.ts';

/** What the timelines of customers and their last contact take from the events of all subgraphs; lines of conversations come from their own module. */
export function customerHandlers(_runtime: Runtime): Handler[] {
  return [
    onMany(ticketEntryAdded, (events, tx) => addEntries(tx, events.map(({ data }) => tellTicketEntry(data)))),
    on(customerMerged, ({ id, data, at }, tx) => addMergeEntry(tx, data, { id, at })),
    on(identityChanged, ({ id, data, at }, tx) => addEntries(tx, [{
      sourceId: id, customerId: data.customerId, at, kind: 'IDENTITY_CHANGED', actor: SYSTEM, subjectId: null, facts: { identityKind: data.identityKind, isRemoved: data.isRemoved },
    }])),
    onMany(messageSent, (events, tx) => noteContacts(tx, events.map(({ data, at }) => ({ customerId: data.customerId, at }))), {
      when: (message) => message.authorKind === 'CUSTOMER',
    }),
  ];
}
