import type { ConversationRow } from './conversation.types.ts';

/** What an event carries whose service line was appended last: also where to find that line. */
export function lineFacts(conversation: ConversationRow) {
  return { ...eventFacts(conversation), lineSeq: conversation.lastSeq };
}

/** What every event of a conversation carries: ids and non-personal facts. */
export function eventFacts(conversation: ConversationRow) {
  const { id, number, customerId, channelKind, queueId, priority, state } = conversation;
  return { conversationId: id, number, customerId, channelKind, queueId, ownerId: state === 'ACTIVE' ? conversation.agentId : null, priority };
}
