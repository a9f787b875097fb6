import type { DataKey } from '@careline/kit/crypto';
import type { ConversationsContext } from '../context.ts';
import { customerLoaders } from '../customer/index.ts';
import { conversationLoaders } from './conversation.loaders.ts';
import type { ScheduledRow } from './scheduled.store.ts';
import type { MessageContent } from './conversation.types.ts';

const place = (id: string) => `scheduled_messages|content_enc|${id}`;

/** The sealed cell of a message that waits. */
export const sealScheduled = (key: DataKey, id: string, content: MessageContent): Buffer => key.seal(place(id), JSON.stringify(content));

/** What it says, under a key that is at hand. */
export const openScheduled = (key: DataKey, id: string, cell: Buffer): MessageContent => JSON.parse(key.open(place(id), cell)) as MessageContent;

/** What it says; null when it has ended, or the customer's key is gone (erasure). */
export async function readScheduled(ctx: ConversationsContext, row: ScheduledRow): Promise<MessageContent | null> {
  if (!row.content) return null;
  const conversation = await ctx.loaders.of(conversationLoaders).conversation.load(row.conversationId);
  const key = conversation && await ctx.loaders.of(customerLoaders).key.load(conversation.keyOwnerId);
  return key ? openScheduled(key, row.id, row.content) : null;
}
