import { newId, type Tx } from '@careline/kit/db';
import type { ConversationsContext } from '../context.ts';
import { announce, type Notice } from './announce.ts';
import { selectLocked, updateConversationRow } from './conversation.store.ts';
import { insertMessages } from './message.store.ts';
import type { ActorRef, Facts, LockedConversation, MessageRow, ServiceLine, Visibility } from './conversation.types.ts';

export interface AppendLine {
  event: ServiceLine;
  /** Flat, non-personal: stored in clear. `agentPublicName`, `fromPublicName`, `toPublicName` are what customers read instead of the name without `Public`. */
  facts: Facts;
  /** PUBLIC unless said otherwise. */
  visibility?: Visibility;
  /** Null or left out: the system. */
  actor?: ActorRef | null;
  notices?: readonly Notice[];
}

export const SYSTEM: ActorRef = { kind: 'SYSTEM', id: null };

/** The conversation with its row locked until the transaction ends; null when there is none. */
export async function lockConversation(tx: Tx, conversationId: string): Promise<LockedConversation | null> {
  return (await selectLocked(tx, [conversationId])).get(conversationId) ?? null;
}

/** The next message of a locked conversation; moves its numbers forward, writes nothing. */
export function takeSeq(
  conversation: LockedConversation, at: number, message: Omit<MessageRow, 'id' | 'conversationId' | 'keyOwnerId' | 'seq' | 'previousPublicSeq' | 'sentAt' | 'recalledAt' | 'recalledBy'>,
): MessageRow {
  const seq = conversation.lastSeq + 1;
  const row: MessageRow = {
    ...message, id: newId('msg'), conversationId: conversation.id, keyOwnerId: conversation.keyOwnerId, seq,
    previousPublicSeq: conversation.lastPublicSeq, sentAt: at, recalledAt: null, recalledBy: null,
  };
  conversation.lastSeq = seq;
  if (message.visibility === 'PUBLIC') conversation.lastPublicSeq = seq;
  if (message.kind !== 'EVENT') conversation.lastTextSeq = seq;
  if (message.kind !== 'EVENT' && message.visibility === 'PUBLIC') conversation.lastMessageAt = at;
  return row;
}

/**
 * Adds a service line in the same sequence as the words, and stores the locked conversation as it stands,
 * with the next `version`: change its fields first, then tell of it here.
 */
export async function appendServiceLine(ctx: ConversationsContext, tx: Tx, conversation: LockedConversation, line: AppendLine): Promise<MessageRow> {
  const actor = line.actor ?? SYSTEM;
  const row = takeSeq(conversation, ctx.clock.now(), {
    clientMessageId: null, kind: 'EVENT', visibility: line.visibility ?? 'PUBLIC', authorKind: actor.kind, authorId: actor.id,
    content: null, event: line.event, facts: line.facts, mentionIds: [], replyToSeq: null,
  });
  await insertMessages(tx, [row]);
  await saveConversation(ctx, tx, conversation, line.notices);
  return row;
}

/** Stores a locked conversation as it stands, with the next `version`, and tells streams and inboxes. */
export async function saveConversation(
  ctx: ConversationsContext, tx: Tx, conversation: LockedConversation, notices: readonly Notice[] = [],
): Promise<void> {
  conversation.version += 1;
  await updateConversationRow(tx, conversation);
  await announce(ctx, tx, conversation, { kind: 'state', notices });
}
