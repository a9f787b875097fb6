import { recordAudit } from '@careline/kit/audit';
import { idToBinary } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import { appendEvent } from '@careline/kit/events';
import { MINUTE } from '@careline/kit/time';
import { messageRecalled } from '@careline/schema/events';
import type { ConversationsContext } from '../context.ts';
import { textWithin } from '../input.rules.ts';
import { conversationChannel } from './announce.ts';
import { lockConversation, saveConversation } from './append-line.ts';
import { eventFacts } from './conversation.facts.ts';
import { connectedDoors } from './conversation.hooks.ts';
import { conversationLoaders } from './conversation.loaders.ts';
import { actorOf, belongingsOf, isOwn } from './conversation.rules.ts';
import { readMessage } from './message.fields.ts';
import { readContent } from './message-content.ts';
import { messageIndex } from './message-words.ts';
import { selectBySeqs, updateRecalled } from './message.store.ts';
import type { LockedConversation, MessageFile, MessageRow } from './conversation.types.ts';

const OWN_WITHIN_MS = 10 * MINUTE;

/**
 * Takes a message back: its words and files are shown to nobody and found by no search, and stay sealed for `revealMessage`.
 * Doing it twice changes nothing. Throws NOT_FOUND for a message out of sight; see the schema for what is refused.
 */
export async function recallMessage(ctx: ConversationsContext, messageId: string): Promise<MessageRow> {
  ctx.viewer.require('message:recall');
  const seen = await readMessage(ctx, messageId);
  if (!seen || ctx.viewer.isCustomer) throw appError('NOT_FOUND');
  const files = (await readContent(ctx, seen))?.files ?? [];
  return ctx.transaction(async (tx) => {
    const conversation = (await lockConversation(tx, seen.conversationId))!;
    const message = (await selectBySeqs(tx, [seen]))[0]!;
    if (message.recalledAt !== null) return message;
    await check(ctx, conversation, message);
    const recalled = { ...message, recalledAt: ctx.clock.now(), recalledBy: actorOf(ctx.viewer).id };
    await updateRecalled(tx, message, recalled.recalledAt, recalled.recalledBy!);
    await messageIndex.drop(tx, idToBinary(conversation.id), message.seq);
    await recordAudit(tx, ctx, { verb: 'message:recall', subjectId: message.id, after: { conversationId: conversation.id, seq: message.seq } });
    await appendEvent(tx, messageRecalled.make(conversation.id, {
      ...eventFacts(conversation), messageId: message.id, seq: message.seq, attachmentIds: files.map((file) => file.attachmentId),
    }), recalled.recalledAt);
    await saveConversation(ctx, tx, conversation);
    tx.afterCommit(() => ctx.live.publish(conversationChannel(conversation.id), { kind: 'changed', seq: message.seq }));
    return recalled;
  });
}

async function check(ctx: ConversationsContext, conversation: LockedConversation, message: MessageRow): Promise<void> {
  if (message.kind !== 'TEXT') throw refuse('WRONG_STATE', 'messageId', { zh: '只有回复和备注可以撤回。', en: 'Only replies and notes can be recalled.' });
  if (message.authorKind === 'CUSTOMER') throw refuse('NOT_ALLOWED', 'messageId', { zh: '不能撤回客户的消息。', en: 'Words of the customer cannot be recalled.' });
  const reachesAll = ctx.viewer.scopeOf('message:recall') !== 'OWN' && ctx.viewer.covers('message:recall', belongingsOf(conversation));
  if (!reachesAll && !isOwn(ctx.viewer, message)) throw refuse('NOT_ALLOWED', 'messageId', { zh: '只能撤回自己的消息。', en: 'Only your own messages can be recalled.' });
  if (!reachesAll && ctx.clock.now() - message.sentAt > OWN_WITHIN_MS) {
    throw refuse('WINDOW_CLOSED', 'messageId', { zh: '超过10分钟的消息只能由主管撤回。', en: 'After 10 minutes only a supervisor can recall it.' });
  }
  if (message.visibility === 'PUBLIC' && !(await connectedDoors.channels.channel(ctx, conversation.channelId))?.hasRecall) {
    throw refuse('NOT_ALLOWED', 'messageId', { zh: '该渠道不支持撤回。', en: 'This channel cannot recall messages.' });
  }
}

export interface RevealMessage {
  messageId: string;
  reason: string;
}

/** Shows what a recalled message said, once, to this caller. The audit entry with the reason is stored before anything is shown. */
export async function revealMessage(ctx: ConversationsContext, input: RevealMessage): Promise<{ text: string; attachments: MessageFile[]; auditEntryId: string }> {
  ctx.viewer.require('message:reveal');
  const reason = textWithin(input.reason, 'reason', 1, 200);
  const message = await readMessage(ctx, input.messageId);
  const content = message && await readContent(ctx, message);
  const conversation = message && await ctx.loaders.of(conversationLoaders).conversation.load(message.conversationId);
  if (!content || !conversation) throw appError('NOT_FOUND');
  ctx.viewer.requireOn('message:reveal', belongingsOf(conversation), 'conversation:read');
  if (message.recalledAt === null) throw refuse('WRONG_STATE', 'messageId', { zh: '这条消息没有撤回。', en: 'This message was not recalled.' });
  const auditEntryId = await ctx.transaction((tx) => recordAudit(tx, ctx, { verb: 'message:reveal', subjectId: message.id, after: { conversationId: conversation.id, seq: message.seq }, reason }));
  return { text: content.text, attachments: content.files, auditEntryId };
}
