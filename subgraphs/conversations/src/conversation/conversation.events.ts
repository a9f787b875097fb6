import { on, type Handler } from '@careline/kit/events';
import { SECOND } from '@careline/kit/time';
import {
  attachmentScanned, conversationAssigned, conversationBreachCorrected, conversationBreached, conversationDueChanged, conversationEscalated, conversationWarned, conversationClosed, conversationRated, conversationReopened, conversationStarted, conversationTransferred, customerMerged,
  identityChanged, ticketCreated, ticketLinked, ticketNoticed,
} from '@careline/schema/events';
import type { Runtime } from '../context.ts';
import { sendTicketNotices } from './announce.ts';
import { joinHistories, noteIdentified, noteTicket, separateHistories } from './join-histories.ts';
import { noteDue, notePromise } from './note-promise.ts';
import { noteVerdict } from './note-verdict.ts';
import { tellTimeline } from './tell-timeline.ts';

const LINES = [conversationStarted, conversationAssigned, conversationTransferred, conversationClosed, conversationReopened, conversationRated] as const;

/** What conversations learn from the rest of the system. */
export function conversationHandlers(runtime: Runtime): Handler[] {
  const ctx = () => runtime.system('conversations');
  return [
    on(customerMerged, ({ data }, tx) => (data.isUndone ? separateHistories : joinHistories)(ctx(), tx, data)),
    on(ticketCreated, async ({ data }, tx) => {
      if (data.conversationId) await noteTicket(ctx(), tx, data.conversationId, { ticketId: data.ticketId, number: data.number }, { actor: data.by, visibility: data.origin === 'OFFLINE' ? 'PUBLIC' : 'INTERNAL' });
    }),
    on(ticketLinked, ({ data }, tx) => noteTicket(ctx(), tx, data.conversationId, { ticketId: data.ticketId, number: data.number }, { actor: data.by, visibility: 'INTERNAL' })),
    on(ticketNoticed, ({ data }, tx) => sendTicketNotices(ctx(), tx, data.ticketId, data.notices)),
    ...LINES.map((definition) => on(definition, ({ data }, tx) => tellTimeline(tx, data))),
    on(conversationDueChanged, ({ data }, tx) => noteDue(ctx(), tx, data.conversationId, data.due)),
    on(conversationWarned, ({ data: { conversationId, target, remainingSeconds, teamKey } }, tx) => notePromise(ctx(), tx, conversationId, { event: 'WARNED', facts: { target, remainingSeconds }, teamKey })),
    on(conversationBreached, ({ data: { conversationId, target, dueAt } }, tx) => notePromise(ctx(), tx, conversationId, { event: 'BREACHED', facts: { target, dueAt: new Date(dueAt).toISOString() }, teamKey: null })),
    on(conversationBreachCorrected, ({ data: { conversationId, target, usedMs } }, tx) => notePromise(ctx(), tx, conversationId, { event: 'CORRECTED', facts: { target, usedSeconds: Math.floor(usedMs / SECOND) }, teamKey: null })),
    on(conversationEscalated, ({ data: { conversationId, target, teamKey } }, tx) => notePromise(ctx(), tx, conversationId, { event: 'ESCALATED', facts: { target }, teamKey })),
    on(attachmentScanned, ({ data }, tx) => noteVerdict(runtime, tx, data)),
    on(identityChanged, async ({ data }, tx) => {
      if (!data.isRemoved && data.identityKind === 'EXTERNAL_ID') await noteIdentified(ctx(), tx, data.customerId);
    }),
  ];
}
