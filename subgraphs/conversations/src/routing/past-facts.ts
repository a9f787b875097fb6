import type { ConversationsContext } from '../context.ts';
import { readOpenings, type ConversationRow, type Told } from '../conversation/index.ts';
import { customersByIds, type CustomerRow } from '../customer/index.ts';
import { openKeys, readHours } from './known-hours.ts';
import type { RawFacts } from './queue.rules.ts';

/** What rules may look at, of a conversation, its customer and what was said at its begin. */
export function factsOf(conversation: Pick<ConversationRow, 'channelKind' | 'channelId'>, customer: CustomerRow | undefined, { text, form }: Told, hours: Record<string, boolean>): RawFacts {
  return {
    channels: [conversation.channelKind, conversation.channelId], locale: customer?.locale ?? null, tier: customer?.tier ?? null, tags: customer?.tags ?? [],
    form, text: text ?? '', hours,
  };
}

/**
 * What rules could have looked at when conversations began: their first words and form, the hours of that moment, and the customer as he is now.
 * Of a customer who was erased nothing personal is left.
 */
export async function readPastFacts(ctx: ConversationsContext, conversations: readonly ConversationRow[]): Promise<Map<string, RawFacts>> {
  const customers = await customersByIds(ctx.db, [...new Set(conversations.map(({ customerId }) => customerId))]);
  const openings = await readOpenings(ctx, conversations);
  const hours = await readHours(ctx.runtime, ctx.db);
  return new Map(conversations.map((conversation) => [
    conversation.id,
    factsOf(conversation, customers.get(conversation.customerId), openings.get(conversation.id) ?? { text: null, form: {} }, openKeys(hours, conversation.startedAt)),
  ]));
}
