import { on, onMany, type Handler } from '@careline/kit/events';
import {
  attainmentLimitsSaved, conversationAssigned, conversationClosed, conversationReopened, conversationRouted, conversationStarted, conversationTransferred, conversationUpdated, messageSent,
} from '@careline/schema/events';
import type { TicketsContext } from '../context.ts';
import { beginConversations, heedConversations } from './heed-conversations.ts';
import { noteLimits } from './note-limits.ts';

/** What promises learn from the rest of the system: the limits of the warning, and what the clocks of conversations hear of; `system` gives a context in which the system itself acts. */
export function slaHandlers(system: () => TicketsContext): Handler[] {
  return [
    on(attainmentLimitsSaved, ({ data }, tx) => noteLimits(tx, data)),
    onMany(conversationStarted, (events, tx) => beginConversations(tx, events)),
    onMany(conversationRouted, (events, tx) => heedConversations(system(), tx, events)),
    onMany(conversationAssigned, (events, tx) => heedConversations(system(), tx, events)),
    onMany(conversationTransferred, (events, tx) => heedConversations(system(), tx, events)),
    onMany(conversationUpdated, (events, tx) => heedConversations(system(), tx, events)),
    onMany(messageSent, (events, tx) => heedConversations(system(), tx, events, (life, { at, data }) => life.say(data.seq, data.authorKind, at)), { when: ({ visibility }) => visibility === 'PUBLIC' }),
    onMany(conversationClosed, (events, tx) => heedConversations(system(), tx, events, (life, { at, data }) => life.end(true, data.lineSeq ?? null, at))),
    onMany(conversationReopened, (events, tx) => heedConversations(system(), tx, events, (life, { at, data }) => life.end(false, data.lineSeq ?? null, at))),
  ];
}
