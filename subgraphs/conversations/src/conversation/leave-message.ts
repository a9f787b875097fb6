import { isDuplicate, withIdempotency, type Tx } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import { appendEvent } from '@careline/kit/events';
import { messageLeft } from '@careline/schema/events';
import type { ConversationsContext } from '../context.ts';
import { looksLikeEmail, looksLikePhone, textWithin } from '../input.rules.ts';
import { lockConversation } from './append-line.ts';
import { endConversation } from './close-conversation.ts';
import { eventFacts } from './conversation.facts.ts';
import type { FormAnswer } from './conversation.hooks.ts';
import { nextNumber, selectOpenConversation } from './conversation.store.ts';
import { firstWords } from './message-batch.ts';
import { subjectPlace } from './message-content.ts';
import { requireReadable } from './reach-conversation.ts';
import { begin, readParties, requireOpenChannel, type Opening } from './start-conversation.ts';
import type { ConversationRow } from './conversation.types.ts';

export interface LeaveMessage {
  name: string;
  email?: string | null;
  phone?: string | null;
  message: string;
  idempotencyKey: string;
}

const MESSAGE_MAX = 2_000;

const LABELS = {
  name: { zh: '称呼', en: 'Name' },
  email: { zh: '邮箱', en: 'Mail' },
  phone: { zh: '电话', en: 'Phone' },
  message: { zh: '留言', en: 'Message' },
} as const;

const isTalking = () => refuse('WRONG_STATE', null, { zh: '您有进行中的会话，请直接在会话里留言。', en: 'You have an open conversation. Write there.' });

/**
 * 留言: keeps what a visitor wants to say while nobody is there, and how to answer.
 *
 * It becomes a conversation that is over at once, in which nobody waits, and tickets makes one ticket of it as soon as
 * it can; the ticket's number then comes into the conversation. The same key with the same input gives the first result
 * for 24 hours. Refuses REQUIRED, TOO_LONG or INVALID for a field, and WRONG_STATE beside an open conversation.
 */
export async function leaveMessage(ctx: ConversationsContext, input: LeaveMessage): Promise<ConversationRow> {
  ctx.viewer.require('message:leave');
  const answers = readAnswers(ctx, input);
  const { customerId, channelId } = await readParties(ctx, {});
  const channel = await requireOpenChannel(ctx, channelId);
  const opening: Opening = { customerId, channel, answers, card: 'offline', text: input.message, number: await nextNumber(ctx.db) };
  const call = { scope: `${ctx.viewer.identity!.id} leaveMessage`, key: input.idempotencyKey, input };
  try {
    const { result } = await ctx.transaction((tx) => withIdempotency(tx, call, async () => ({ id: await keep(ctx, tx, opening) })));
    return await requireReadable(ctx, result.id);
  } catch (error) {
    throw isDuplicate(error) ? isTalking() : error;
  }
}

function readAnswers({ locale }: ConversationsContext, input: LeaveMessage): FormAnswer[] {
  const given = {
    name: textWithin(input.name, 'name', 1, 60),
    email: textWithin(input.email ?? '', 'email', 0, 254),
    phone: textWithin(input.phone ?? '', 'phone', 0, 32),
    message: textWithin(input.message, 'message', 1, MESSAGE_MAX),
  };
  if (!given.email && !given.phone) throw refuse('REQUIRED', 'email', { zh: '请填写邮箱或电话，方便我们回复。', en: 'Give a mail address or a phone number for our answer.' });
  if (given.email && !looksLikeEmail(given.email)) throw refuse('INVALID', 'email', { zh: '邮箱格式不正确。', en: 'This is not a mail address.' });
  if (given.phone && !looksLikePhone(given.phone)) throw refuse('INVALID', 'phone', { zh: '电话号码格式不正确。', en: 'This is not a phone number.' });
  const label = (key: keyof typeof LABELS) => (locale === 'EN' ? LABELS[key].en : LABELS[key].zh);
  return (Object.keys(LABELS) as (keyof typeof LABELS)[]).filter((key) => given[key]).map((key) => ({ key, label: label(key), value: given[key], fact: given[key] }));
}

async function keep(ctx: ConversationsContext, tx: Tx, opening: Opening): Promise<string> {
  if (await selectOpenConversation(tx, opening.customerId, opening.channel.id)) throw isTalking();
  const id = await begin(ctx, tx, opening);
  const conversation = (await lockConversation(tx, id))!;
  const key = await ctx.vault.keyFor(tx, opening.customerId);
  conversation.subject = key.seal(subjectPlace(id), firstWords(opening.text!));
  await endConversation(ctx, tx, conversation, false);
  await appendEvent(tx, messageLeft.make(id, eventFacts(conversation)), ctx.clock.now());
  return id;
}
