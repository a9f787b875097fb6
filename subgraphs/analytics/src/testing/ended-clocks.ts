import { newId } from '@careline/kit/db';
import type { World } from '@careline/kit/testing';
import { MINUTE } from '@careline/kit/time';
import { conversationClockEnded, conversationClockResumed, slaClockEnded, slaClockResumed } from '@careline/schema/events';

type Told = Parameters<typeof slaClockEnded.make>[1];

/** How one first response ended, at `endedAt`; nothing of it is shared with another. */
export function endedClock(endedAt: number, changes: Partial<Told> = {}): Told {
  return {
    clockId: newId('clk'), ticketId: newId('tkt'), number: '1', customerId: newId('cus'), agentId: null, teamId: null, queueId: null, priority: 'P1', categoryKey: 'PAYMENT',
    target: 'FIRST_RESPONSE', seq: 2, state: 'MET', startedAt: endedAt - 10 * MINUTE, dueAt: endedAt + 5 * MINUTE, endedAt, budgetMs: 15 * MINUTE, usedMs: 10 * MINUTE, pausedMs: 0,
    escalationCount: 0, policyVersion: 1, ...changes,
  };
}

type ConversationTold = Parameters<typeof conversationClockEnded.make>[1];

/** The same of a first response in a conversation. */
export function endedConversationClock(endedAt: number, changes: Partial<ConversationTold> = {}): ConversationTold {
  const { ticketId: _ticketId, number: _number, customerId: _customerId, categoryKey: _categoryKey, ...clock } = endedClock(endedAt);
  return { ...clock, conversationId: newId('cnv'), ...changes };
}

const eventOf = (clock: Told | ConversationTold) => ('ticketId' in clock
  ? (clock.endedAt === null ? slaClockResumed : slaClockEnded).make(clock.ticketId, clock)
  : (clock.endedAt === null ? conversationClockResumed : conversationClockEnded).make(clock.conversationId, clock));

/** Lets analytics hear how clocks ended, or that they go on, as tickets tells it. */
export async function tellClocks(world: World, clocks: readonly (Told | ConversationTold)[]): Promise<void> {
  await world.deps.bus.publish('tickets', clocks.map((clock) => ({ id: newId('evt'), at: world.clock.now(), ...eventOf(clock) })));
  await world.drainEvents();
}
