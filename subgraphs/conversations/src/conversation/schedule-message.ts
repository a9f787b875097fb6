import { newId, type Queryable, type Tx } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import { DAY, SECOND } from '@careline/kit/time';
import type { ConversationsContext } from '../context.ts';
import { numberWithin } from '../input.rules.ts';
import { lockConversation, saveConversation } from './append-line.ts';
import { messageCommitter } from './commit-messages.ts';
import { belongingsOf, canRead, isOwn } from './conversation.rules.ts';
import { emptyDrafts } from './draft.store.ts';
import { findRefusal, type Send, type Sent } from './message-batch.ts';
import { readWritten } from './message-input.ts';
import { selectByClientIds } from './message.store.ts';
import { lockFor } from './reach-conversation.ts';
import { openScheduled, sealScheduled } from './scheduled-content.ts';
import { endScheduled, insertScheduled, selectScheduled, selectScheduledByClientId, selectWaiting, type ScheduledRow } from './scheduled.store.ts';
import type { SendMessage } from './send-message.ts';
import type { LockedConversation, MessageContent, MessageRow } from './conversation.types.ts';

const AHEAD_MAX_MS = 30 * DAY;
const DELAY_MAX_SECONDS = 60;
const WAITING_MAX = 20;

export interface ScheduleMessage extends SendMessage {
  lastSeenSeq: number;
  sendAt?: number | null;
  delaySeconds?: number | null;
  isSentAnyway?: boolean | null;
}

export interface Scheduled {
  scheduledMessage: ScheduledRow | null;
  message: MessageRow | null;
}

/**
 * Keeps one public message of the calling agent until its time; the same `clientMessageId` always gives the first result,
 * the message itself once it was sent. What `sendMessage` refuses is refused now; see the schema for the rest.
 */
export async function scheduleMessage(ctx: ConversationsContext, input: ScheduleMessage): Promise<Scheduled> {
  ctx.viewer.require('message:send');
  const { agentId, identity } = ctx.viewer;
  if (identity?.kind !== 'AGENT' || !agentId) throw appError('FORBIDDEN', { internal: 'only agents schedule messages' });
  const known = await findEarlier(ctx, ctx.db, input);
  if (known) return known;
  const sendAt = readTime(ctx, input);
  const content = await readWritten(ctx, input);
  return ctx.transaction(async (tx) => {
    const conversation = await lockFor(ctx, tx, input.conversationId, 'message:send');
    const earlier = await findEarlier(ctx, tx, input);
    if (earlier) return earlier;
    const key = (await ctx.vault.keysOf(tx, [conversation.keyOwnerId])).get(conversation.keyOwnerId);
    const refusal = await findRefusal(tx, sendOf(ctx, input, content), conversation, [], key !== undefined);
    if (refusal) throw refusal;
    await checkRoom(tx, conversation.id, agentId);
    const id = newId('sch');
    const row: ScheduledRow = {
      id, conversationId: conversation.id, agentId, clientMessageId: input.clientMessageId, content: sealScheduled(key!, id, content),
      replyToSeq: input.replyToSeq ?? null, lastSeenSeq: input.lastSeenSeq, sendAt, isSentAnyway: input.isSentAnyway ?? false,
      stoppedBecause: null, outcome: null, scheduledAt: ctx.clock.now(),
    };
    // What the author was shown and insisted on does not stop it later.
    if (input.confirm) row.lastSeenSeq = Math.max(row.lastSeenSeq, conversation.lastTextSeq);
    await insertScheduled(tx, row);
    if (!input.isDraftKept) await emptyDrafts(tx, [{ conversationId: conversation.id, agentId }]);
    await saveConversation(ctx, tx, conversation);
    return { scheduledMessage: row, message: null };
  });
}

/** The first result of a client's id, for its author alone; null when it is new. */
async function findEarlier(ctx: ConversationsContext, q: Queryable, input: ScheduleMessage): Promise<Scheduled | null> {
  const row = await selectScheduledByClientId(q, input);
  const [message] = row && row.outcome === null ? [] : await selectByClientIds(q, [input]);
  if (!row && !message) return null;
  if (message ? !isOwn(ctx.viewer, message) : row!.agentId !== ctx.viewer.agentId) {
    throw refuse('INVALID', 'clientMessageId', { zh: '该编号已被使用，请换一个。', en: 'This id is taken. Make a new one.' });
  }
  if (message) return { scheduledMessage: null, message };
  if (row!.outcome !== null) throw refuse('WRONG_STATE', 'clientMessageId', { zh: '这条消息已撤下，请用新的编号。', en: 'This message was taken back. Make a new id.' });
  return { scheduledMessage: row, message: null };
}

function readTime(ctx: ConversationsContext, { sendAt = null, delaySeconds = null }: ScheduleMessage): number {
  const now = ctx.clock.now();
  if ((sendAt === null) === (delaySeconds === null)) throw refuse('REQUIRED', 'sendAt', { zh: '请指定发送时间或延迟秒数中的一个。', en: 'Give either a time or a delay.' });
  if (delaySeconds !== null) return now + numberWithin(delaySeconds, 'delaySeconds', 1, DELAY_MAX_SECONDS) * SECOND;
  if (sendAt! <= now || sendAt! > now + AHEAD_MAX_MS) throw refuse('OUT_OF_RANGE', 'sendAt', { zh: '请选择 30 天以内的将来时间。', en: 'Choose a time within the next 30 days.' });
  return sendAt!;
}

async function checkRoom(tx: Tx, conversationId: string, agentId: string): Promise<void> {
  const waiting = (await selectWaiting(tx, [conversationId])).get(conversationId) ?? [];
  if (waiting.filter((row) => row.agentId === agentId).length < WAITING_MAX) return;
  throw refuse('LIMIT_REACHED', 'conversationId', { zh: `每个会话最多有 ${WAITING_MAX} 条待发送消息，请先发送或取消几条。`, en: `At most ${WAITING_MAX} messages wait in a conversation. Send or take back some first.` });
}

function sendOf(ctx: ConversationsContext, input: ScheduleMessage, content: MessageContent): Send {
  return {
    ctx, permission: 'message:send', conversationId: input.conversationId, clientMessageId: input.clientMessageId, visibility: 'PUBLIC', content,
    replyToSeq: input.replyToSeq ?? null, mentionIds: [], lastSeenSeq: input.lastSeenSeq, isConfirmed: input.confirm ?? false, isDraftKept: true,
  };
}

/**
 * Takes a message back that was not sent yet; doing it twice changes nothing. Throws NOT_FOUND for one in a conversation out of sight;
 * refuses NOT_OWNER for that of another agent, unless the caller's `message:send` reaches further than to own conversations, WINDOW_CLOSED once it was sent.
 */
export async function cancelScheduledMessage(ctx: ConversationsContext, id: string): Promise<ScheduledRow> {
  ctx.viewer.require('message:send');
  return ctx.transaction(async (tx) => {
    const { conversation, row } = await lockScheduled(ctx, tx, id);
    if (row.agentId !== ctx.viewer.agentId && (ctx.viewer.scopeOf('message:send') === 'OWN' || !ctx.viewer.covers('message:send', belongingsOf(conversation)))) throw notOwner();
    if (row.outcome === 'SENT') throw refuse('WINDOW_CLOSED', 'scheduledMessageId', { zh: '消息已经发出，可以尝试撤回。', en: 'It was sent already. You may recall it.' });
    if (row.outcome === 'CANCELED') return row;
    await endScheduled(tx, [row.id], 'CANCELED', ctx.clock.now());
    await saveConversation(ctx, tx, conversation);
    return row;
  });
}

/** The message with its conversation locked; who ends one holds that lock. */
async function lockScheduled(ctx: ConversationsContext, tx: Tx, id: string): Promise<{ conversation: LockedConversation; row: ScheduledRow }> {
  const found = await selectScheduled(tx, id);
  const conversation = found && await lockConversation(tx, found.conversationId);
  const row = conversation && await selectScheduled(tx, id);
  if (!row || ctx.viewer.isCustomer || !canRead(ctx.viewer, conversation)) throw appError('NOT_FOUND');
  return { conversation, row };
}

const notOwner = () => refuse('NOT_OWNER', 'scheduledMessageId', { zh: '只能操作自己的待发送消息。', en: 'It belongs to another agent.' });

/** Hands a message that waited to the committer, which sends it once; `how` is the reply guard of this moment. */
export function commitScheduled(
  ctx: ConversationsContext, row: ScheduledRow, content: MessageContent, how: Pick<Send, 'lastSeenSeq' | 'isConfirmed' | 'scheduled'>,
): Promise<Sent> {
  const { conversationId, clientMessageId, replyToSeq } = row;
  return ctx.runtime.parts.of(messageCommitter).commit({
    ctx, permission: 'message:send', conversationId, clientMessageId, visibility: 'PUBLIC', content, replyToSeq, mentionIds: [], isDraftKept: true, ...how,
  });
}

export interface SendScheduledMessage {
  scheduledMessageId: string;
  lastSeenSeq: number;
  confirm?: boolean | null;
}

/** Sends one's own waiting or stopped message now, under the reply guard; one that was sent already gives that message. */
export async function sendScheduledMessage(ctx: ConversationsContext, input: SendScheduledMessage): Promise<MessageRow> {
  ctx.viewer.require('message:send');
  const { conversation, row } = await ctx.transaction((tx) => lockScheduled(ctx, tx, input.scheduledMessageId));
  if (row.agentId !== ctx.viewer.agentId || ctx.viewer.identity!.kind !== 'AGENT') throw notOwner();
  if (row.outcome === 'CANCELED') throw refuse('WRONG_STATE', 'scheduledMessageId', { zh: '这条消息已撤下。', en: 'It was taken back.' });
  if (row.outcome === 'SENT') return (await selectByClientIds(ctx.db, [row]))[0]!;
  const key = (await ctx.vault.keysOf(ctx.db, [conversation.keyOwnerId])).get(conversation.keyOwnerId);
  if (!key) throw appError('NOT_FOUND', { internal: 'the data key of the conversation is gone' });
  const { message } = await commitScheduled(ctx, row, openScheduled(key, row.id, row.content!), {
    lastSeenSeq: input.lastSeenSeq, isConfirmed: input.confirm ?? false, scheduled: { id: row.id, isUnattended: false, isSentAnyway: false },
  });
  return message;
}
