import { newId, type Tx } from '@careline/kit/db';
import { appError } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { tagsWithin } from '../input.rules.ts';
import { lockConversation } from './append-line.ts';
import { giveTo } from './assign-conversation.ts';
import { ownerOf } from './change-owner.ts';
import { endConversation } from './close-conversation.ts';
import { decideBatch } from './message-batch.ts';
import { readWritten } from './message-input.ts';
import { lockFor } from './reach-conversation.ts';
import { findUnseen } from './reply-guard.ts';
import { storeBatch } from './store-batch.ts';
import { passToQueue } from './transfer-conversation.ts';
import { changeFields } from './update-conversation.ts';
import type { LockedConversation, MessageContent, Priority } from './conversation.types.ts';

/** One of several things done to a conversation at once. */
export type Act =
  | { verb: 'SEND_MESSAGE' | 'ADD_NOTE'; text: string }
  | { verb: 'ADD_TAG'; tag: string }
  | { verb: 'SET_PRIORITY'; priority: Priority }
  | { verb: 'ASSIGN'; agentId: string }
  | { verb: 'TRANSFER'; queueId: string; queueName: string; note: string }
  | { verb: 'CLOSE' };

export interface PreparedAct {
  act: Act;
  /** Of what is written: the words as they will be sealed. */
  written: { content: MessageContent; clientMessageId: string } | null;
}

export interface Together {
  conversationId: string;
  /** The permission that the whole needs on the conversation, beside those of its acts. */
  permission: string;
  acts: readonly PreparedAct[];
  lastSeenSeq: number;
  isConfirmed: boolean;
  /** Called with the locked conversation before anything is done; throws the refusal of what may not be done. */
  check(conversation: LockedConversation): void;
}

/** Reads what the acts need before a transaction begins, which must not wait for a second connection. Refuses what no message may be. */
export function prepareActs(ctx: ConversationsContext, conversationId: string, acts: readonly Act[]): Promise<PreparedAct[]> {
  return Promise.all(acts.map(async (act) => {
    if (act.verb !== 'SEND_MESSAGE' && act.verb !== 'ADD_NOTE') return { act, written: null };
    const clientMessageId = newId('act');
    return { act, written: { clientMessageId, content: await readWritten(ctx, { conversationId, clientMessageId, text: act.text }) } };
  }));
}

/**
 * Does all acts in their order in the caller's transaction, each as its own verb does, under one reply guard.
 * Throws FORBIDDEN or NOT_FOUND as `lockFor` does; refuses CONFLICT_NEW_MESSAGES and whatever `check` and the acts refuse: then the transaction undoes all.
 */
export async function actTogether(ctx: ConversationsContext, tx: Tx, together: Together): Promise<void> {
  const conversation = await lockFor(ctx, tx, together.conversationId, together.permission);
  together.check(conversation);
  const unseen = await findUnseen(tx, conversation, { viewer: ctx.viewer, lastSeenSeq: together.lastSeenSeq, isConfirmed: together.isConfirmed });
  if (unseen) throw unseen;
  for (const one of together.acts) await perform(ctx, tx, together.conversationId, one);
}

async function perform(ctx: ConversationsContext, tx: Tx, conversationId: string, { act, written }: PreparedAct): Promise<void> {
  if (written) return write(ctx, tx, conversationId, act.verb === 'SEND_MESSAGE', written);
  // Read again for each: the act before has moved its numbers.
  const conversation = (await lockConversation(tx, conversationId))!;
  if (act.verb === 'ADD_TAG') await changeFields(ctx, tx, conversation, { tags: tagsWithin([...conversation.tags, act.tag]) });
  if (act.verb === 'SET_PRIORITY') await changeFields(ctx, tx, conversation, { priority: act.priority });
  if (act.verb === 'ASSIGN' && ownerOf(conversation) !== act.agentId) {
    await giveTo(ctx, tx, { conversationId, agentId: act.agentId, expectedAgentId: ownerOf(conversation) });
  }
  if (act.verb === 'TRANSFER') await passToQueue(ctx, tx, conversation, act);
  if (act.verb === 'CLOSE' && conversation.state !== 'CLOSED') await endConversation(ctx, tx, conversation, true);
}

/** One message by the way of all messages, in a batch of its own: the acts around it stand between the numbers. */
async function write(ctx: ConversationsContext, tx: Tx, conversationId: string, isPublic: boolean, { content, clientMessageId }: NonNullable<PreparedAct['written']>): Promise<void> {
  const batch = await decideBatch(ctx.runtime, tx, [{
    ctx, permission: isPublic ? 'message:send' : 'note:write', conversationId, clientMessageId, visibility: isPublic ? 'PUBLIC' : 'INTERNAL', content,
    replyToSeq: null, mentionIds: [], lastSeenSeq: null, isConfirmed: true, isDraftKept: true,
  }], false);
  const outcome = batch.outcomes[0];
  if (!outcome) throw appError('INTERNAL', { internal: 'a batch of one had no outcome' });
  if ('refused' in outcome) throw outcome.refused;
  await storeBatch(ctx.runtime, tx, batch);
}
