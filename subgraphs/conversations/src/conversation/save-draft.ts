import { appError, refuse } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { announceToSelf } from './announce.ts';
import { FILES_MAX, lengthOf, TEXT_MAX } from './conversation.rules.ts';
import { selectDrafts, storeDraft, type DraftRow } from './draft.store.ts';
import { requireReadable } from './reach-conversation.ts';
import type { Visibility } from './conversation.types.ts';

export interface SaveDraft {
  conversationId: string;
  text: string;
  visibility: Visibility;
  attachmentIds?: readonly string[] | null;
  typedAt: number;
}

export const draftPlace = (draft: Pick<DraftRow, 'conversationId' | 'agentId'>): string => `drafts|content_enc|${draft.conversationId}:${draft.agentId}`;

/**
 * Keeps the caller's unsent text on the server; an empty one removes it. Of two devices the text typed later stays,
 * whichever arrives first. Gives the draft as it is stored now, null when there is none.
 */
export async function saveDraft(ctx: ConversationsContext, input: SaveDraft): Promise<DraftRow | null> {
  ctx.viewer.require('draft:write');
  const { agentId } = ctx.viewer;
  if (!agentId) throw appError('FORBIDDEN', { internal: 'drafts belong to agents' });
  const attachmentIds = [...new Set(input.attachmentIds ?? [])];
  if (lengthOf(input.text) > TEXT_MAX) throw refuse('TOO_LONG', 'text', { zh: '草稿最多 10,000 字。', en: 'At most 10,000 characters.' });
  if (attachmentIds.length > FILES_MAX) throw refuse('TOO_MANY', 'attachmentIds', { zh: '最多 10 个附件。', en: 'At most 10 files.' });
  const conversation = await requireReadable(ctx, input.conversationId);
  const now = ctx.clock.now();
  const isEmpty = input.text === '' && attachmentIds.length === 0;
  return ctx.transaction(async (tx) => {
    const key = await ctx.vault.keyFor(tx, conversation.keyOwnerId);
    const place = { conversationId: conversation.id, agentId };
    await storeDraft(tx, {
      ...place, content: isEmpty ? null : key.seal(draftPlace(place), input.text), visibility: input.visibility, attachmentIds,
      // A device whose clock runs ahead must not lock out the others.
      typedAt: Math.min(input.typedAt, now), savedAt: now,
    });
    await announceToSelf(ctx, tx, conversation, agentId);
    const [stored] = await selectDrafts(tx, agentId, [conversation.id]);
    return stored?.content ? stored : null;
  });
}
