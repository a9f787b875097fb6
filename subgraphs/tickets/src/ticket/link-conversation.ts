import { ticketLinked } from '@careline/schema/events';
import { refuse } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import { askDirectory } from './directory.ts';
import { insertConversation } from './link.store.ts';
import { changeTicket } from './change-tickets.ts';
import { conversationsOf } from './ticket.store.ts';

const CONVERSATIONS_MAX = 20;

/**
 * Links a conversation that was there before to a ticket, both ways: it gets a line of its own by the event. Linking what is
 * linked changes nothing. One that the caller may not read is answered like one that does not exist.
 */
export async function linkConversation(ctx: TicketsContext, { ticketId, conversationId }: { ticketId: string; conversationId: string }): Promise<string> {
  ctx.viewer.require('ticket:write');
  const found = (await askDirectory(ctx.services, { conversationIds: [conversationId], customerIds: [], lookups: [], agentIds: [] })).conversations.get(conversationId);
  if (!found || !ctx.viewer.covers('conversation:read', { agentIds: [found.agentId], queueIds: [found.queueId], customerId: found.customerId })) {
    throw refuse('NOT_FOUND', 'conversationId', { zh: '会话不存在或不可见。', en: 'The conversation does not exist or is not visible to you.' });
  }
  await changeTicket(ctx, ticketId, 'ticket:write', async (life, tx) => {
    const linked = (await conversationsOf(tx, [ticketId])).get(ticketId) ?? [];
    if (linked.includes(conversationId)) return;
    if (linked.length >= CONVERSATIONS_MAX) throw refuse('LIMIT_REACHED', 'conversationId', { zh: `一个工单最多关联 ${CONVERSATIONS_MAX} 个会话。`, en: `A ticket has at most ${CONVERSATIONS_MAX} conversations.` });
    await insertConversation(tx, ticketId, conversationId);
    await life.add('LINKED', { linkKind: 'CONVERSATION', ticketId: null, number: null, conversationId });
    life.announce((facts, by) => ticketLinked.make(life.row.id, { ...facts, conversationId, by }));
  });
  ctx.loaders.conversationsOfTicket.clear(ticketId);
  return ticketId;
}
