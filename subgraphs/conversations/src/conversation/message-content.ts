import type { DataKey, Vault } from '@careline/kit/crypto';
import type { Queryable } from '@careline/kit/db';
import type { MessageContent, MessageRow } from './conversation.types.ts';

const place = (messageId: string) => `messages|content_enc|${messageId}`;
const opened = new WeakMap<Pick<MessageRow, 'id'>, Promise<MessageContent | null>>();

/** The sealed cell of a message; it opens only under its own id. */
export function sealContent(key: DataKey, messageId: string, content: MessageContent): Buffer {
  return key.seal(place(messageId), JSON.stringify(content));
}

/**
 * What was written, in clear. Null for service lines, and when the customer's key is gone (erasure).
 * Opened once for each row object, however many streams show it.
 */
export function readContent(vault: Vault, q: Queryable, message: Pick<MessageRow, 'id' | 'keyOwnerId' | 'content'>): Promise<MessageContent | null> {
  let content = opened.get(message);
  if (!content) {
    content = open(vault, q, message);
    opened.set(message, content);
    content.catch(() => opened.delete(message));
  }
  return content;
}

async function open(vault: Vault, q: Queryable, message: Pick<MessageRow, 'id' | 'keyOwnerId' | 'content'>): Promise<MessageContent | null> {
  if (!message.content) return null;
  const key = (await vault.keysOf(q, [message.keyOwnerId])).get(message.keyOwnerId);
  return key ? (JSON.parse(key.open(place(message.id), message.content)) as MessageContent) : null;
}
