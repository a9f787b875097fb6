import type { Tx } from '@careline/kit/db';
import { appError, refuse, type AppError, type Refusal } from '@careline/kit/errors';
import { takeSeq } from './append-line.ts';
import { selectLockedWithSnoozes } from './conversation.store.ts';
import { actorOf, belongingsOf, isOwn } from './conversation.rules.ts';
import { sealContent, subjectPlace } from './message-content.ts';
import { selectByClientIds } from './message.store.ts';
import { findUnseen } from './reply-guard.ts';
import { selectUnended } from './scheduled.store.ts';
import type { SnoozeRow } from './snooze.store.ts';
import type { ConversationsContext, Runtime } from '../context.ts';
import type { ConversationRow, LockedConversation, MessageContent, MessageRow, Visibility } from './conversation.types.ts';

/** One message on its way into the table, checked as far as it can be without the conversation. */
export interface Send {
  ctx: ConversationsContext;
  permission: 'message:send' | 'note:write';
  conversationId: string;
  clientMessageId: string;
  visibility: Visibility;
  content: MessageContent;
  replyToSeq: number | null;
  mentionIds: readonly string[];
  /** Reply guard; null: none. */
  lastSeenSeq: number | null;
  isConfirmed: boolean;
  isDraftKept: boolean;
  /** The message that waited for its time and is sent with this. */
  scheduled?: ScheduledSend | null;
}

export interface ScheduledSend {
  id: string;
  /** Nobody sits before it: what its author has not read stays unread. */
  isUnattended: boolean;
  /** Words of the customer do not stop it. */
  isSentAnyway: boolean;
}

export interface Sent {
  conversation: ConversationRow;
  message: MessageRow;
  isReplay: boolean;
}

export type Outcome = { sent: Sent } | { refused: AppError | Refusal };

/** A send with its message; `textSeqBefore` is the last word before it. */
export interface Accepted {
  send: Send;
  message: MessageRow;
  textSeqBefore: number;
}

/** What one transaction will store. */
export interface Batch {
  conversations: Map<string, LockedConversation>;
  /** Who had snoozed one of them. */
  snoozes: readonly SnoozeRow[];
  /** In the order of their numbers within each conversation. */
  accepted: Accepted[];
  outcomes: Outcome[];
}

const SUBJECT_LENGTH = 60;

/**
 * Decides about sends that share one transaction: locks their conversations, gives numbers, seals the words.
 * Nothing is written. Refusals stay with the send they belong to.
 *
 * `isCareful` looks for earlier results before anything else. Without it only sends that would be refused are looked up,
 * so the usual case costs no read; a retry that slips through is stopped by the unique key.
 */
export async function decideBatch(runtime: Runtime, tx: Tx, sends: readonly Send[], isCareful: boolean): Promise<Batch> {
  const { conversations, snoozes } = await selectLockedWithSnoozes(tx, [...new Set(sends.map((send) => send.conversationId))]);
  const owners = [...conversations.values()].map((conversation) => conversation.keyOwnerId);
  const keys = await runtime.vault.keysOf(tx, owners);
  const batch: Batch = { conversations, snoozes, accepted: [], outcomes: [] };
  const known = isCareful ? await findEarlier(tx, sends) : new Map<string, MessageRow>();
  const unstored = new Map<string, MessageRow[]>();
  for (const send of sends) {
    const conversation = conversations.get(send.conversationId);
    const key = conversation && keys.get(conversation.keyOwnerId);
    const earlier = known.get(clientKey(send));
    const refusal = earlier ? null : await findRefusal(tx, send, conversation, unstored.get(send.conversationId) ?? [], key !== undefined);
    if (earlier || refusal) {
      const replayed = earlier ?? (isCareful ? undefined : (await findEarlier(tx, [send])).get(clientKey(send)));
      batch.outcomes.push(replayed && conversation ? replay(send, conversation, replayed) : { refused: refusal! });
      continue;
    }
    const textSeqBefore = conversation!.lastTextSeq;
    const message = take(runtime, send, conversation!, key!);
    batch.accepted.push({ send, message, textSeqBefore });
    known.set(clientKey(send), message);
    addTo(unstored, message.conversationId, message);
    batch.outcomes.push({ sent: { conversation: conversation!, message, isReplay: false } });
  }
  return batch;
}

const clientKey = (of: { conversationId: string; clientMessageId: string | null }) => `${of.conversationId} ${of.clientMessageId}`;

/** Puts a value to the others under its key. */
export function addTo<Value>(groups: Map<string, Value[]>, key: string, value: Value): void {
  const group = groups.get(key);
  if (group) group.push(value);
  else groups.set(key, [value]);
}

async function findEarlier(tx: Tx, sends: readonly Send[]): Promise<Map<string, MessageRow>> {
  return new Map((await selectByClientIds(tx, sends)).map((message) => [clientKey(message), message]));
}

/** Why a message can't be stored in a locked conversation as it is now; null when it can. `unstored` are messages of the same transaction. */
export async function findRefusal(
  tx: Tx, send: Send, conversation: LockedConversation | undefined, unstored: readonly MessageRow[], hasKey: boolean,
): Promise<AppError | Refusal | null> {
  const { viewer } = send.ctx;
  if (!conversation) return appError('NOT_FOUND');
  try {
    viewer.requireOn(send.permission, belongingsOf(conversation), 'conversation:read');
  } catch (error) {
    return error as AppError;
  }
  if (!hasKey) return appError('NOT_FOUND', { internal: 'the data key of the conversation is gone' });
  if (conversation.state === 'CLOSED' && send.visibility === 'PUBLIC') {
    return refuse('WRONG_STATE', 'conversationId', { zh: '会话已结束，请重新发起。', en: 'The conversation has ended. Start a new one.' });
  }
  if (send.replyToSeq !== null && (send.replyToSeq < 1 || send.replyToSeq > conversation.lastSeq)) {
    return refuse('INVALID', 'replyToSeq', { zh: '被回复的消息不存在。', en: 'The message answered does not exist.' });
  }
  if (send.scheduled && !(await selectUnended(tx, [send.scheduled.id])).has(send.scheduled.id)) {
    return refuse('WRONG_STATE', 'scheduledMessageId', { zh: '这条消息已撤下。', en: 'It was taken back.' });
  }
  return findUnseen(tx, conversation, { viewer, lastSeenSeq: send.lastSeenSeq, isConfirmed: send.isConfirmed, isCustomerPassed: send.scheduled?.isSentAnyway ?? false }, unstored);
}

/** The first result again, for its author only: whoever guesses a client id must not read another's words. */
function replay(send: Send, conversation: ConversationRow, message: MessageRow): Outcome {
  if (!isOwn(send.ctx.viewer, message)) {
    return { refused: refuse('INVALID', 'clientMessageId', { zh: '该编号已被使用，请换一个。', en: 'This id is taken. Make a new one.' }) };
  }
  return { sent: { conversation, message, isReplay: true } };
}

function take(runtime: Runtime, send: Send, conversation: LockedConversation, key: Parameters<typeof sealContent>[0]): MessageRow {
  const now = runtime.clock.now();
  const author = actorOf(send.ctx.viewer);
  const isPublic = send.visibility === 'PUBLIC';
  const message = takeSeq(conversation, now, {
    clientMessageId: send.clientMessageId, kind: 'TEXT', visibility: send.visibility, authorKind: author.kind, authorId: author.id,
    content: null, event: null, facts: null, mentionIds: [...send.mentionIds], replyToSeq: send.replyToSeq,
  });
  message.content = sealContent(key, message.id, send.content);
  if (isPublic && send.ctx.viewer.isStaff && conversation.firstRespondedAt === null) {
    conversation.firstRespondedAt = now;
    conversation.version += 1;
  }
  // One that waited is no more among those that wait.
  if (send.scheduled) conversation.version += 1;
  if (isPublic && send.ctx.viewer.isCustomer && conversation.subject === null && send.content.text.trim()) {
    conversation.subject = key.seal(subjectPlace(conversation.id), firstWords(send.content.text));
    conversation.version += 1;
  }
  return message;
}

/** The begin of a text as one line. */
export function firstWords(text: string): string {
  const letters = [...text.trim().replace(/\s+/g, ' ')];
  return letters.length > SUBJECT_LENGTH ? `${letters.slice(0, SUBJECT_LENGTH).join('')}…` : letters.join('');
}
