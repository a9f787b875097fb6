import { withIdempotency } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { isInSight, sightOf } from './audience.rules.ts';
import { countCannedUse, selectCannedReplies, type CannedReplyRow } from './canned.store.ts';

export interface UseCannedReply {
  cannedReplyId: string;
  idempotencyKey: string;
}

/** Counts one use, the same key once. Throws NOT_FOUND for one out of sight; refuses WRONG_STATE for one out of use. */
export async function useCannedReply(ctx: ConversationsContext, input: UseCannedReply): Promise<CannedReplyRow> {
  const sight = sightOf(ctx.viewer);
  return ctx.transaction(async (tx) => {
    const row = (await selectCannedReplies(tx, [input.cannedReplyId])).get(input.cannedReplyId);
    if (!row || !isInSight(sight, row)) throw appError('NOT_FOUND');
    if (row.isRetired) throw refuse('WRONG_STATE', 'cannedReplyId', { zh: '这条快捷回复已下线。', en: 'This canned reply is out of use.' });
    const call = { scope: `${ctx.viewer.identity!.id} useCannedReply`, key: input.idempotencyKey, input };
    await withIdempotency(tx, call, () => countCannedUse(tx, row.id));
    return (await selectCannedReplies(tx, [row.id])).get(row.id)!;
  });
}
