import type { ConversationsContext } from '../context.ts';
import { announceToSelf, conversationChannel } from './announce.ts';
import { lockConversation } from './append-line.ts';
import { lastSeqFor, markHolder } from './conversation.rules.ts';
import { requireReadable } from './reach-conversation.ts';
import { moveReadMarks } from './read-mark.store.ts';
import type { ConversationRow } from './conversation.types.ts';

/** Marks everything up to `seq` as read by the caller; never moves back, and never past what the caller can see. */
export async function markRead(ctx: ConversationsContext, input: { conversationId: string; seq: number }): Promise<ConversationRow> {
  ctx.viewer.require('conversation:read');
  const conversation = await requireReadable(ctx, input.conversationId);
  const holder = markHolder(ctx.viewer);
  const seq = Math.min(Math.max(0, input.seq), lastSeqFor(ctx.viewer, conversation));
  if (!holder || seq === 0) return conversation;
  await ctx.transaction(async (tx) => {
    // A closed one may be opened again at this moment; only its lock tells.
    const { state } = conversation.state === 'CLOSED' ? (await lockConversation(tx, conversation.id))! : conversation;
    const mark = { conversationId: conversation.id, actorKind: holder.kind, actorId: holder.id, seq, deliveredSeq: seq, at: ctx.clock.now() };
    await moveReadMarks(tx, [{ ...mark, isOpen: state !== 'CLOSED' }]);
    if (holder.kind === 'AGENT') await announceToSelf(ctx, tx, conversation, holder.id);
    tx.afterCommit(() => ctx.live.publish(conversationChannel(conversation.id), { kind: 'mark' }));
  });
  return conversation;
}
