import type { DataKey } from '@careline/kit/crypto';
import type { ConversationsContext } from '../context.ts';
import { customerKeys } from '../customer/index.ts';
import type { MessageContent, MessageRow } from './conversation.types.ts';

const place = (messageId: string) => `messages|content_enc|${messageId}`;
type Sealed = Pick<MessageRow, 'id' | 'keyOwnerId' | 'content'>;
/** Where the subject of a conversation is sealed to. */
export const subjectPlace = (conversationId: string): string => `conversations|subject_enc|${conversationId}`;
const opened = new WeakMap<Sealed, Promise<MessageContent | null>>();

/** The sealed cell of a message; it opens only under its own id. */
export function sealContent(key: DataKey, messageId: string, content: MessageContent): Buffer {
  return key.seal(place(messageId), JSON.stringify(content));
}

/** What was written, under a key that is at hand. */
export const openContent = (key: DataKey, messageId: string, cell: Buffer): MessageContent => JSON.parse(key.open(place(messageId), cell)) as MessageContent;

/**
 * What was written, in clear. Null for service lines, and when the customer's key is gone (erasure).
 * Opened once for each row object, however many streams show it; the keys of a page are read together.
 */
export function readContent(ctx: ConversationsContext, message: Sealed): Promise<MessageContent | null> {
  let content = opened.get(message);
  if (!content) {
    content = open(ctx, message);
    opened.set(message, content);
    content.catch(() => opened.delete(message));
  }
  return content;
}

async function open(ctx: ConversationsContext, message: Sealed): Promise<MessageContent | null> {
  if (!message.content) return null;
  const key = await ctx.runtime.parts.of(customerKeys).load(message.keyOwnerId);
  return key ? openContent(key, message.id, message.content) : null;
}
