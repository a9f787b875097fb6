import type { Tx } from '@careline/kit/db';
import type { ConversationsContext } from '../context.ts';
import { appendServiceLine, lockConversation, saveConversation } from './append-line.ts';
import { selectOpenConversation } from './conversation.store.ts';
import { moveBack, moveConversations, selectMoved } from './move.store.ts';
import type { ActorRef, Facts, Visibility } from './conversation.types.ts';

export interface Join {
  mergeId: string;
  survivorId: string;
  mergedId: string;
}

/**
 * Gives the conversations of a merged customer to the survivor, who reads and goes on with them from now on.
 * Their words stay sealed with the key they were written under. Joining twice changes nothing.
 */
export async function joinHistories(ctx: ConversationsContext, tx: Tx, join: Join): Promise<void> {
  await moveConversations(tx, join);
  await tellMoved(ctx, tx, join.mergeId);
}

/** Gives back exactly what a merge had moved; what began later stays with whom it was written for. */
export async function separateHistories(ctx: ConversationsContext, tx: Tx, join: Join): Promise<void> {
  const moved = await selectMoved(tx, join.mergeId);
  await moveBack(tx, join);
  for (const id of moved) await tell(ctx, tx, id);
}

async function tellMoved(ctx: ConversationsContext, tx: Tx, mergeId: string): Promise<void> {
  for (const id of await selectMoved(tx, mergeId)) await tell(ctx, tx, id);
}

/** Open streams look again who may read them. */
async function tell(ctx: ConversationsContext, tx: Tx, id: string): Promise<void> {
  const conversation = await lockConversation(tx, id);
  if (conversation && conversation.state !== 'CLOSED') await saveConversation(ctx, tx, conversation);
}

/** Writes into a customer's open conversation that the visitor proved who it is. */
export async function noteIdentified(ctx: ConversationsContext, tx: Tx, customerId: string): Promise<void> {
  const open = await selectOpenConversation(tx, customerId, null);
  const conversation = open && (await lockConversation(tx, open.id));
  if (!conversation) return;
  await appendServiceLine(ctx, tx, conversation, { event: 'IDENTIFIED', facts: {}, actor: { kind: 'CUSTOMER', id: customerId } });
}

/** Writes into a conversation that a ticket came of it: PUBLIC when the customer waits for its number. */
export async function noteTicket(ctx: ConversationsContext, tx: Tx, conversationId: string, facts: Facts, line: { actor: ActorRef; visibility: Visibility }): Promise<void> {
  const conversation = await lockConversation(tx, conversationId);
  if (conversation) await appendServiceLine(ctx, tx, conversation, { event: 'TICKET_LINKED', ...line, facts });
}
