import type { Tx } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import { appendEvent } from '@careline/kit/events';
import { conversationAssigned, conversationTransferred } from '@careline/schema/events';
import type { ConversationsContext } from '../context.ts';
import { appendServiceLine, takeSeq } from './append-line.ts';
import { notAvailable } from './assign-conversation.ts';
import { ownerOf, queueNameOf, requireOpen } from './change-owner.ts';
import { eventFacts, lineFacts } from './conversation.facts.ts';
import { callHooks } from './conversation.hooks.ts';
import { actorOf, lengthOf } from './conversation.rules.ts';
import { sealContent } from './message-content.ts';
import { insertMessages } from './message.store.ts';
import { namesOfAgents, type Names } from './people.ts';
import { lockFor } from './reach-conversation.ts';
import type { ConversationRow, LockedConversation } from './conversation.types.ts';

const NOTE_MAX = 1_000;

export interface TransferConversation {
  conversationId: string;
  agentId?: string | null;
  queueId?: string | null;
  note: string;
}

/**
 * Passes a conversation to another agent or queue, with a note that only people who work here read.
 * Note, line and new owner appear together. Refuses NOT_AVAILABLE for an agent who may not take it.
 */
export async function transferConversation(ctx: ConversationsContext, input: TransferConversation): Promise<ConversationRow> {
  ctx.viewer.require('conversation:transfer');
  checkInput(input);
  const toAgentId = input.agentId ?? null;
  const mayTake = toAgentId === null || (await ctx.deps.mayTake(ctx, input.conversationId, [toAgentId])).has(toAgentId);
  const queueName = await queueNameOf(ctx.db, input.queueId ?? null);
  if (input.queueId && queueName === null) throw refuse('NOT_FOUND', 'queueId', { zh: '队列不存在。', en: 'There is no such queue.' });
  return ctx.transaction(async (tx) => {
    const conversation = await lockFor(ctx, tx, input.conversationId, 'conversation:transfer');
    requireOpen(conversation);
    const fromId = ownerOf(conversation);
    if (toAgentId !== null && fromId === toAgentId) {
      throw refuse('WRONG_STATE', 'agentId', { zh: '该客服已在接待此会话。', en: 'That agent has it already.' });
    }
    if (!mayTake) throw notAvailable('agentId');
    if (toAgentId === null) {
      await passToQueue(ctx, tx, conversation, { queueId: input.queueId!, queueName: queueName!, note: input.note });
      return conversation;
    }
    const names = await namesOfAgents(tx, [fromId, toAgentId].filter((id) => id !== null));
    await writeNote(ctx, tx, conversation, input.note);
    const from = fromId ? (names.get(fromId) ?? null) : null;
    await toAgent(ctx, tx, conversation, { agentId: toAgentId, to: names.get(toAgentId)!, from });
    await callHooks.released(ctx, tx, conversation, { agentId: fromId, because: 'TRANSFERRED', queueId: null, toAgentId });
    return conversation;
  });
}

/** Lets a locked conversation wait in a queue, with a note for who takes over, in the caller's transaction. */
export async function passToQueue(
  ctx: ConversationsContext, tx: Tx, conversation: LockedConversation, { queueId, queueName, note }: { queueId: string; queueName: string; note: string },
): Promise<void> {
  const fromId = ownerOf(conversation);
  const from = fromId ? ((await namesOfAgents(tx, [fromId])).get(fromId) ?? null) : null;
  await writeNote(ctx, tx, conversation, note);
  await toQueue(ctx, tx, conversation, { queueId, queueName, from });
  await callHooks.released(ctx, tx, conversation, { agentId: fromId, because: 'TRANSFERRED', queueId, toAgentId: null });
}

function checkInput(input: TransferConversation): void {
  if ((input.agentId == null) === (input.queueId == null)) {
    throw refuse('INVALID', 'agentId', { zh: '请在客服与队列中选择一个。', en: 'Choose either an agent or a queue.' });
  }
  if (!input.note.trim()) throw refuse('REQUIRED', 'note', { zh: '请写一句说明。', en: 'Write a note for who takes over.' });
  if (lengthOf(input.note) > NOTE_MAX) throw refuse('TOO_LONG', 'note', { zh: '说明最多 1,000 字。', en: 'At most 1,000 characters.' });
}

async function writeNote(ctx: ConversationsContext, tx: Tx, conversation: LockedConversation, text: string): Promise<void> {
  const author = actorOf(ctx.viewer);
  const { name } = ctx.viewer.identity!;
  const row = takeSeq(conversation, ctx.clock.now(), {
    clientMessageId: null, kind: 'TEXT', visibility: 'INTERNAL', authorKind: author.kind, authorId: author.id, content: null,
    event: null, facts: null, mentionIds: [], replyToSeq: null,
  });
  const key = await ctx.vault.keyFor(tx, conversation.keyOwnerId);
  row.content = sealContent(key, row.id, { text, name, publicName: name, files: [] });
  await insertMessages(tx, [row]);
}

async function toAgent(
  ctx: ConversationsContext, tx: Tx, conversation: LockedConversation, { agentId, to, from }: { agentId: string; to: Names; from: Names | null },
): Promise<void> {
  conversation.agentId = agentId;
  conversation.state = 'ACTIVE';
  await appendServiceLine(ctx, tx, conversation, {
    event: 'TRANSFERRED', actor: actorOf(ctx.viewer),
    facts: { fromName: from?.displayName ?? null, fromPublicName: from?.publicName ?? null, toName: to.displayName, toPublicName: to.publicName },
    notices: [{ kind: 'CONVERSATION_ASSIGNED', agentIds: [agentId] }],
  });
  const now = ctx.clock.now();
  await appendEvent(tx, conversationTransferred.make(conversation.id, { ...lineFacts(conversation), fromName: from?.displayName ?? null, toName: to.displayName }), now);
  await appendEvent(tx, conversationAssigned.make(conversation.id, { ...eventFacts(conversation), agentId, agentName: to.displayName, waitedSeconds: 0 }), now);
  await callHooks.assigned(ctx, tx, conversation);
}

async function toQueue(
  ctx: ConversationsContext, tx: Tx, conversation: LockedConversation, { queueId, queueName, from }: { queueId: string; queueName: string; from: Names | null },
): Promise<void> {
  const now = ctx.clock.now();
  if (conversation.state === 'ACTIVE') conversation.waitingSince = now;
  conversation.agentId = null;
  conversation.queueId = queueId;
  conversation.state = 'QUEUED';
  await appendServiceLine(ctx, tx, conversation, {
    event: 'TRANSFERRED', actor: actorOf(ctx.viewer),
    facts: { fromName: from?.displayName ?? null, fromPublicName: from?.publicName ?? null, toName: queueName },
    notices: [{ kind: 'QUEUE_ENTERED', queueIds: [queueId] }],
  });
  await appendEvent(tx, conversationTransferred.make(conversation.id, { ...lineFacts(conversation), fromName: from?.displayName ?? null, toName: queueName }), now);
}
