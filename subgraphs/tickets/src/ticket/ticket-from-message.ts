import type { Tx } from '@careline/kit/db';
import type { TicketsContext } from '../context.ts';
import { storeTickets } from './store-tickets.ts';
import { planTickets } from './plan-tickets.ts';
import { findCategory, inTreeOrder, isOffered } from './category.rules.ts';
import { takeTicketNumbers } from './ticket.store.ts';
import type { CategoryRow } from './ticket.tables.ts';

interface LeftMessage {
  conversation: { subject: string | null; queue: { key: string } | null; messages: { nodes: { text: string | null }[] } } | null;
}

const ASK = 'query LeftMessage($id: ID!) { conversation(id: $id) { subject queue { key } messages(first: 1) { nodes { text } } } }';

/**
 * Makes the ticket of a message that a visitor left while nobody was there, in the transaction that marks the event
 * as taken in: exactly one, with its clocks. What was erased meanwhile makes none.
 * Throws UNAVAILABLE while conversations is away; the event then comes again.
 */
export async function ticketFromMessage(ctx: TicketsContext, tx: Tx, conversationId: string): Promise<void> {
  const { conversation } = await ctx.services.query<LeftMessage>('conversations', ASK, { id: conversationId });
  const text = conversation?.messages.nodes[0]?.text;
  if (!conversation?.subject || !text) return;
  const category = categoryOf(await ctx.loaders.categories(), conversation.queue?.key ?? '');
  const plans = await planTickets(ctx, [{ category: category.id, conversationId, subject: conversation.subject, description: text }]);
  const [{ problems: [problem] }] = plans as [(typeof plans)[number]];
  if (problem) throw problem;
  await storeTickets(ctx, tx, plans.map((plan) => ({ ...plan, origin: 'OFFLINE' as const })), await takeTicketNumbers(ctx.db, 1));
}

/** The category that is named like the queue, else the first that is offered. */
function categoryOf(categories: readonly CategoryRow[], queueKey: string): CategoryRow {
  return findCategory(categories, queueKey.toUpperCase()) ?? inTreeOrder(categories).find((category) => isOffered(categories, category))!;
}
