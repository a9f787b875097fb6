import { refuse } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { messageCommitter } from './commit-messages.ts';
import type { Sent } from './message-batch.ts';
import { readWritten, type Written } from './message-input.ts';
import { readersAmong } from './people.ts';
import { requireReadable } from './reach-conversation.ts';

const MENTIONS_MAX = 20;

export interface AddNote extends Written {
  mentionIds?: readonly string[] | null;
}

/**
 * Stores an internal note, also after the end, and tells the agents mentioned.
 * Refuses NOT_ALLOWED when one of them may not read the conversation: a mention must never be a way in.
 */
export async function addNote(ctx: ConversationsContext, input: AddNote): Promise<Sent> {
  ctx.viewer.require('note:write');
  const mentionIds = [...new Set(input.mentionIds ?? [])];
  if (!input.text.trim()) throw refuse('REQUIRED', 'text', { zh: '请输入备注。', en: 'Write the note.' });
  if (mentionIds.length > MENTIONS_MAX) throw refuse('TOO_MANY', 'mentionIds', { zh: '最多提及 20 人。', en: 'At most 20 mentions.' });
  if (mentionIds.length > 0) {
    const readers = await readersAmong(ctx, ctx.db, mentionIds, await requireReadable(ctx, input.conversationId));
    if (mentionIds.some((id) => !readers.has(id))) {
      throw refuse('NOT_ALLOWED', 'mentionIds', { zh: '被提及的同事无权查看此会话。', en: 'A colleague you mentioned may not read this conversation.' });
    }
  }
  const content = await readWritten(ctx, input);
  return ctx.runtime.parts.of(messageCommitter).commit({
    ctx, permission: 'note:write', conversationId: input.conversationId, clientMessageId: input.clientMessageId, visibility: 'INTERNAL', content,
    replyToSeq: null, mentionIds, lastSeenSeq: null, isConfirmed: true, isDraftKept: false,
  });
}
