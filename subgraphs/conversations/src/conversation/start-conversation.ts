import { isDuplicate, newId, withIdempotency, type Tx } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import { appendEvent } from '@careline/kit/events';
import { conversationStarted } from '@careline/schema/events';
import { customerOf } from '../customer/index.ts';
import type { ConversationsContext } from '../context.ts';
import { appendServiceLine, lockConversation, takeSeq } from './append-line.ts';
import { assignOwner, ownerOf } from './change-owner.ts';
import { lineFacts } from './conversation.facts.ts';
import { callHooks, connectedDoors, type ChannelCard, type FormAnswer } from './conversation.hooks.ts';
import { actorOf } from './conversation.rules.ts';
import { insertConversation, nextNumber, selectConversations, selectOpenConversation } from './conversation.store.ts';
import { sealContent } from './message-content.ts';
import { insertMessages } from './message.store.ts';
import { insertWords } from './message-words.ts';
import { requireReadable } from './reach-conversation.ts';
import { checkWritten } from './message-input.ts';
import { commitPublic } from './send-message.ts';
import type { ConversationRow, LockedConversation } from './conversation.types.ts';

export interface StartConversation {
  customerId?: string | null;
  channelId?: string | null;
  form?: unknown;
  firstMessage?: { clientMessageId: string; text: string } | null;
  idempotencyKey: string;
}

export interface Opening {
  customerId: string;
  channel: ChannelCard;
  answers: FormAnswer[];
  /** What the answers are, as their card says: of the form before a chat, or of a message left while nobody was there. */
  card: 'form' | 'offline';
  /** Words of the first message, by which the queue may be chosen; the message itself follows. */
  text: string | null;
  number: string;
}

/**
 * Begins a conversation, or gives back the one that the customer has open on this channel.
 * Beginning and routing are one transaction; the first message follows under its own id, so a retry after a cut completes it.
 * Refuses what no message may be, FIELDS_MISSING or INVALID for the form, NOT_ALLOWED for a blocked customer, WRONG_STATE for a closed channel.
 */
export async function startConversation(
  ctx: ConversationsContext, input: StartConversation,
): Promise<{ conversation: ConversationRow; isExisting: boolean }> {
  ctx.viewer.require('conversation:start');
  // Before anything begins: a conversation without the words it was begun for would wait in a queue for nothing.
  if (input.firstMessage) {
    ctx.viewer.require('message:send');
    checkWritten(input.firstMessage, ['firstMessage']);
  }
  const { customerId, channelId } = await readParties(ctx, input);
  const open = await selectOpenConversation(ctx.db, customerId, channelId);
  const begun = open ? { id: open.id, isExisting: true } : await beginOnce(ctx, input, customerId, channelId);
  if (input.firstMessage) {
    const { clientMessageId, text } = input.firstMessage;
    const seen = (await selectConversations(ctx.db, [begun.id])).get(begun.id)!;
    await commitPublic(ctx, { conversationId: begun.id, clientMessageId, text, lastSeenSeq: seen.lastSeq });
  }
  return { conversation: await requireReadable(ctx, begun.id), isExisting: begun.isExisting };
}

/** Whose conversation on which channel this call begins. Refuses what is missing, unknown or blocked. */
export async function readParties(ctx: ConversationsContext, input: Pick<StartConversation, 'customerId' | 'channelId'>): Promise<{ customerId: string; channelId: string }> {
  const customerId = ctx.viewer.customerId ?? input.customerId;
  const channelId = ctx.viewer.isCustomer ? (ctx.viewer.identity!.channelId ?? input.channelId) : input.channelId;
  if (!customerId) throw refuse('REQUIRED', 'customerId', { zh: '请选择客户。', en: 'Choose the customer.' });
  if (!channelId) throw refuse('REQUIRED', 'channelId', { zh: '请选择渠道。', en: 'Choose the channel.' });
  const customer = await customerOf(ctx.db, customerId);
  if (!customer) throw refuse('NOT_FOUND', 'customerId', { zh: '客户不存在。', en: 'There is no such customer.' });
  if (customer.isBlocked) throw refuse('NOT_ALLOWED', 'customerId', { zh: '该客户已被屏蔽。', en: 'This customer is blocked.' });
  return { customerId: customer.id, channelId };
}

/** The channel; refuses one that does not exist or takes no conversations. */
export async function requireOpenChannel(ctx: ConversationsContext, channelId: string): Promise<ChannelCard> {
  const channel = await connectedDoors.channels.channel(ctx, channelId);
  if (!channel) throw refuse('NOT_FOUND', 'channelId', { zh: '渠道不存在。', en: 'There is no such channel.' });
  if (!channel.isEnabled) throw refuse('WRONG_STATE', 'channelId', { zh: '该渠道暂不接待。', en: 'This channel takes no conversations.' });
  return channel;
}

async function beginOnce(
  ctx: ConversationsContext, input: StartConversation, customerId: string, channelId: string,
): Promise<{ id: string; isExisting: boolean }> {
  const channel = await requireOpenChannel(ctx, channelId);
  const answers = ctx.viewer.isCustomer ? await connectedDoors.channels.readForm(ctx, channelId, input.form ?? null) : [];
  const opening: Opening = { customerId, channel, answers, card: 'form', text: input.firstMessage?.text ?? null, number: await nextNumber(ctx.db) };
  const call = { scope: `${ctx.viewer.identity!.id} startConversation`, key: input.idempotencyKey, input };
  try {
    const { result } = await ctx.transaction((tx) => withIdempotency(tx, call, async () => ({ id: await begin(ctx, tx, opening) })));
    return { id: result.id, isExisting: false };
  } catch (error) {
    // Two devices of one customer began at the same moment: the unique key let one through.
    const other = isDuplicate(error) ? await selectOpenConversation(ctx.db, customerId, channelId) : null;
    if (!other) throw error;
    return { id: other.id, isExisting: true };
  }
}

/** Begins and routes a conversation with the card of its answers, in the caller's transaction. */
export async function begin(ctx: ConversationsContext, tx: Tx, { customerId, channel, answers, card: kind, text: told, number }: Opening): Promise<string> {
  const now = ctx.clock.now();
  const id = newId('cnv');
  const key = await ctx.vault.keyFor(tx, customerId);
  await insertConversation(tx, {
    id, number, customerId, keyOwnerId: customerId, channelId: channel.id, channelKind: channel.kind, queueId: null, agentId: null, units: channel.units,
    due: null, state: 'QUEUED', priority: 'P2', subject: null, tags: [], lastSeq: 0, lastPublicSeq: 0, lastTextSeq: 0, lastMessageAt: now, startedAt: now, waitingSince: now,
    firstRespondedAt: null, closedAt: null, version: 0,
  });
  const conversation = await lockConversation(tx, id);
  if (!conversation) throw appError('INTERNAL', { internal: 'a conversation vanished in its own transaction' });
  const card = answers.length > 0 ? takeCard(conversation, now, customerId, kind) : null;
  if (card) {
    const text = answers.map((answer) => `${answer.label}: ${answer.value}`).join('\n');
    card.content = sealContent(key, card.id, { text, name: '', publicName: '', files: [] });
    await insertMessages(tx, [card]);
    await insertWords(ctx.keyring, tx, [{ conversationId: id, seq: card.seq, text }]);
  }
  await appendServiceLine(ctx, tx, conversation, { event: 'STARTED', facts: { channelKind: channel.kind }, actor: actorOf(ctx.viewer) });
  await appendEvent(tx, conversationStarted.make(id, lineFacts(conversation)), now);
  const form = Object.fromEntries(answers.map((answer) => [answer.key, answer.fact]));
  await callHooks.started(ctx, tx, conversation, 'STARTED', { text: told, form });
  if (ctx.viewer.agentId) await takeOver(ctx, tx, id, ctx.viewer.agentId);
  return id;
}

function takeCard(conversation: LockedConversation, now: number, customerId: string, card: Opening['card']) {
  return takeSeq(conversation, now, {
    clientMessageId: null, kind: 'CARD', visibility: 'PUBLIC', authorKind: 'CUSTOMER', authorId: customerId, content: null, event: null,
    facts: { card }, mentionIds: [], replyToSeq: null,
  });
}

/** Who works here and writes to a customer first, owns what comes of it. */
async function takeOver(ctx: ConversationsContext, tx: Tx, conversationId: string, agentId: string): Promise<void> {
  const present = await lockConversation(tx, conversationId);
  await assignOwner(ctx, tx, { conversationId, agentId, expectedAgentId: present && ownerOf(present), because: null, actor: actorOf(ctx.viewer) });
}
