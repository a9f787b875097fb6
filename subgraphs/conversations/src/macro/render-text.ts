import type { ConversationsContext } from '../context.ts';
import { agentsByIds, organisationOf, publicNameOf } from '../agent/index.ts';
import { openSubject, readConversation, type ConversationRow } from '../conversation/index.ts';
import { clearNameOf, readCustomer, type CustomerRow } from '../customer/index.ts';

/** Values of variables by name; null: there is none that the caller may see. */
export type Values = Readonly<Record<string, string | null>>;

/**
 * What the variables of a text stand for. Of the customer only what the caller reads in clear: a masked name must never be sent,
 * and a visitor's made-up one is no name.
 */
export async function valuesFor(ctx: ConversationsContext, { conversation, customer }: { conversation: ConversationRow | null; customer: CustomerRow | null }): Promise<Values> {
  const { agentId } = ctx.viewer;
  const [me, organisation] = await Promise.all([agentId ? agentsByIds(ctx.db, [agentId]).then((found) => found.get(agentId)) : null, organisationOf(ctx)]);
  const readsName = customer !== null && ctx.viewer.readsInClear('name', customer.id);
  return {
    'customer.displayName': readsName ? await clearNameOf(ctx, customer) : null,
    'customer.company': customer?.company || null,
    'customer.number': customer?.number ?? null,
    'agent.publicName': me ? publicNameOf(me) : null,
    'conversation.number': conversation?.number ?? null,
    'conversation.subject': conversation && await openSubject(ctx, conversation),
    'organisation.name': organisation.name,
    'help.url': `${ctx.deps.publicUrl.replace(/\/$/, '')}/help`,
  };
}

/** Where a text is to be said: a conversation, or a customer outside one. */
export interface Place {
  conversationId?: string | null;
  customerId?: string | null;
}

/** The values for a conversation or, outside one, a customer. Null when the caller may not see it. */
export async function valuesAt(ctx: ConversationsContext, at: Place): Promise<Values | null> {
  const conversation = at.conversationId ? await readConversation(ctx, at.conversationId) : null;
  if (at.conversationId && !conversation) return null;
  const customerId = conversation?.customerId ?? at.customerId;
  const customer = customerId ? await readCustomer(ctx, customerId) : null;
  return conversation || customer ? valuesFor(ctx, { conversation, customer }) : null;
}
