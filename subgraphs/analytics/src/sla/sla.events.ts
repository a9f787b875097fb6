import { conversationClockEnded, conversationClockResumed, slaClockEnded, slaClockResumed } from '@careline/schema/events';
import { onMany, type Envelope, type Handler } from '@careline/kit/events';
import type { Tx } from '@careline/kit/db';
import type { Clock } from '@careline/kit/time';
import type { z } from 'zod';
import { recordClocks } from './record-clocks.ts';

type Told = Envelope<z.output<typeof slaClockEnded.schema>>;
type ConversationTold = Envelope<z.output<typeof conversationClockEnded.schema>>;

/** Builds the facts of SLA clocks, of tickets and of conversations, from what tickets tells of their ends. */
export function slaHandlers(clock: Clock): Handler[] {
  const record = (events: readonly Told[], tx: Tx) => recordClocks(tx, events.map(({ data }) => {
    const { number: _number, customerId: _customerId, ...fact } = data;
    return { ...fact, conversationId: null };
  }), clock.now());
  const recordConversations = (events: readonly ConversationTold[], tx: Tx) => recordClocks(tx, events.map(({ data }) => ({ ...data, ticketId: null, categoryKey: null })), clock.now());
  return [onMany(slaClockEnded, record), onMany(slaClockResumed, record), onMany(conversationClockEnded, recordConversations), onMany(conversationClockResumed, recordConversations)];
}
