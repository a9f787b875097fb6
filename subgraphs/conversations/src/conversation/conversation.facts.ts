import type { ConversationRow } from './conversation.types.ts';

/** What every event of a conversation carries: ids and non-personal facts. */
export function eventFacts(conversation: ConversationRow) {
  const { id, number, customerId, channelKind, queueId } = conversation;
  return { conversationId: id, number, customerId, channelKind, queueId };
}
