import { AddNoteDocument, CancelScheduledMessageDocument, ScheduleMessageDocument, SendMessageDocument } from '../../gql/graphql.ts';
import { asApiError } from '../graphql/errors.ts';
import { useCareline } from './careline.ts';
import type { Outgoing, SendResult } from './outbox.ts';

const contentOf = (item: Outgoing) => ({
  conversationId: item.conversationId,
  clientMessageId: item.id,
  text: item.text,
  attachmentIds: item.attachments.map((file) => file.attachmentId),
});

async function sendReply(item: Outgoing): Promise<SendResult> {
  const { sendMessage } = await useCareline().api.mutate(SendMessageDocument, { input: { ...contentOf(item), lastSeenSeq: item.lastSeenSeq, confirm: item.isConfirmed } });
  if (sendMessage.message) return { kind: 'sent', message: sendMessage.message };
  if (sendMessage.conflict) return { kind: 'conflict', lastSeq: sendMessage.conflict.lastSeq, messages: sendMessage.conflict.messages };
  return { kind: 'refused', reason: sendMessage.userErrors[0]?.message ?? '' };
}

/** What can be undone is sent although the customer wrote on meanwhile: its author said 发送. */
async function scheduleReply(item: Outgoing): Promise<SendResult> {
  const later = item.later!;
  const when = 'delaySeconds' in later ? { delaySeconds: later.delaySeconds, isSentAnyway: true } : later;
  const { scheduleMessage } = await useCareline().api.mutate(ScheduleMessageDocument, { input: { ...contentOf(item), ...when, lastSeenSeq: item.lastSeenSeq, confirm: item.isConfirmed } });
  if (scheduleMessage.scheduledMessage) return { kind: 'scheduled', scheduled: scheduleMessage.scheduledMessage };
  if (scheduleMessage.message) return { kind: 'sent', message: scheduleMessage.message };
  if (scheduleMessage.conflict) return { kind: 'conflict', lastSeq: scheduleMessage.conflict.lastSeq, messages: scheduleMessage.conflict.messages };
  return { kind: 'refused', reason: scheduleMessage.userErrors[0]?.message ?? '' };
}

/** Without the id of what waits it is scheduled once more, with the same clientMessageId: the answer says whether it had arrived. */
async function undo(item: Outgoing): Promise<SendResult> {
  if (!item.scheduledId) {
    const found = await scheduleReply(item);
    return found.kind === 'refused' ? { kind: 'undone' } : found;
  }
  const { cancelScheduledMessage } = await useCareline().api.mutate(CancelScheduledMessageDocument, { input: { scheduledMessageId: item.scheduledId } });
  return cancelScheduledMessage.scheduledMessage ? { kind: 'undone' } : { kind: 'refused', reason: cancelScheduledMessage.userErrors[0]?.message ?? '' };
}

async function storeNote(item: Outgoing): Promise<SendResult> {
  const { addNote } = await useCareline().api.mutate(AddNoteDocument, { input: { ...contentOf(item), mentionIds: item.mentionIds } });
  if (addNote.message) return { kind: 'sent', message: addNote.message };
  return { kind: 'refused', reason: addNote.userErrors[0]?.message ?? '' };
}

function ask(item: Outgoing): Promise<SendResult> {
  if (item.isUndone) return undo(item);
  if (item.later) return scheduleReply(item);
  return item.kind === 'reply' ? sendReply(item) : storeNote(item);
}

/** One try to bring an item of the send queue to the server. */
export async function deliver(item: Outgoing): Promise<SendResult> {
  try {
    return await ask(item);
  } catch (cause) {
    const error = asApiError(cause);
    return error.isRetryable ? { kind: 'unreached', error } : { kind: 'refused', reason: error.message };
  }
}
