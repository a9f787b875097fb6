import { appError, refuse } from '@careline/kit/errors';
import { appendEvent } from '@careline/kit/events';
import { conversationRated } from '@careline/schema/events';
import type { ConversationsContext } from '../context.ts';
import { appendServiceLine, lockConversation } from './append-line.ts';
import { lineFacts } from './conversation.facts.ts';
import { lengthOf } from './conversation.rules.ts';
import { selectFollowers } from './mention.store.ts';
import { readRatingToken } from './rating-token.ts';
import { insertRating, selectRatings, type RatingRow } from './rating.store.ts';
import type { RatingReason } from './conversation.types.ts';

const COMMENT_MAX = 500;
const REASONS_MAX = 5;
const LOW = 2;

export interface RateConversation {
  token: string;
  score: number;
  reasons: readonly RatingReason[];
  comment?: string | null;
}

export const commentPlace = (conversationId: string): string => `ratings|comment_enc|${conversationId}`;

/**
 * Stores the one rating of a conversation for whoever holds its signed token.
 * Refuses EXPIRED after 14 days, ALREADY_EXISTS the second time. A score of 1 or 2 is told to the agent and the followers.
 */
export async function rateConversation(ctx: ConversationsContext, input: RateConversation): Promise<RatingRow> {
  const token = readRatingToken(ctx.keyring, input.token);
  if (!token) throw refuse('WRONG_CREDENTIALS', 'token', { zh: '评价链接无效。', en: 'The rating link is not valid.' });
  if (token.expiresAt <= ctx.clock.now()) throw refuse('EXPIRED', 'token', { zh: '评价链接已过期。', en: 'The rating link has run out.' });
  checkInput(input);
  return ctx.transaction(async (tx) => {
    const conversation = await lockConversation(tx, token.conversationId);
    if (!conversation) throw appError('NOT_FOUND');
    if ((await selectRatings(tx, [conversation.id])).length > 0) {
      throw refuse('ALREADY_EXISTS', 'token', { zh: '该会话已评价，谢谢。', en: 'It was rated already. Thank you.' });
    }
    const now = ctx.clock.now();
    const key = await ctx.vault.keyFor(tx, conversation.keyOwnerId);
    const comment = input.comment?.trim() ? key.seal(commentPlace(conversation.id), input.comment.trim()) : null;
    const rating: RatingRow = { conversationId: conversation.id, score: input.score, reasons: [...new Set(input.reasons)], comment, at: now };
    await insertRating(tx, rating);
    const followers = (await selectFollowers(tx, [conversation.id])).get(conversation.id) ?? [];
    const told = [...new Set([conversation.agentId, ...followers])].filter((id) => id !== null);
    await appendServiceLine(ctx, tx, conversation, {
      event: 'RATED', facts: { score: input.score }, actor: { kind: 'CUSTOMER', id: conversation.customerId },
      notices: input.score <= LOW && told.length > 0 ? [{ kind: 'LOW_RATING', agentIds: told }] : [],
    });
    await appendEvent(tx, conversationRated.make(conversation.id, { ...lineFacts(conversation), agentId: conversation.agentId, score: input.score }), now);
    return rating;
  });
}

function checkInput(input: RateConversation): void {
  if (input.score < 1 || input.score > 5) throw refuse('OUT_OF_RANGE', 'score', { zh: '评分为 1 到 5 分。', en: 'A score is 1 to 5.' });
  if (input.reasons.length > REASONS_MAX) throw refuse('TOO_MANY', 'reasons', { zh: '最多 5 个原因。', en: 'At most 5 reasons.' });
  if (lengthOf(input.comment ?? '') > COMMENT_MAX) throw refuse('TOO_LONG', 'comment', { zh: '说明最多 500 字。', en: 'At most 500 characters.' });
}
