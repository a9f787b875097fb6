import { refuse } from '@careline/kit/errors';
import type { Queryable, Tx } from '@careline/kit/db';
import type { ConversationsContext } from '../context.ts';
import { teamsByIds } from '../agent/index.ts';
import { mayShare } from './audience.rules.ts';
import type { Shared, Sharing } from './macro.types.ts';

const AUDIENCE_MAX = 1_000;

/**
 * Whose the saved thing becomes. Refuses NOT_ALLOWED beyond the caller's `macro:write`, REQUIRED and NOT_FOUND for the team.
 * Who makes something one's own becomes its author only when it is new: a private thing of another is never in reach.
 */
export async function sharedBy(
  ctx: ConversationsContext, q: Queryable, input: { sharing: Sharing; teamId?: string | null }, before: Shared | null,
): Promise<Shared> {
  const { agentId } = ctx.viewer;
  const notAllowed = () => refuse('NOT_ALLOWED', 'sharing', { zh: '您的角色不能保存到这个范围。', en: 'Your role may not save it for these people.' });
  if (!agentId) throw notAllowed();
  const teamId = input.sharing === 'TEAM' ? (input.teamId ?? null) : null;
  if (input.sharing === 'TEAM' && !teamId) throw refuse('REQUIRED', 'teamId', { zh: '请选择客服组。', en: 'Choose the team.' });
  if (teamId && (await teamsByIds(q, [teamId])).length === 0) throw refuse('NOT_FOUND', 'teamId', { zh: '客服组不存在。', en: 'There is no such team.' });
  const after: Shared = { sharing: input.sharing, authorId: before?.authorId ?? agentId, teamId };
  if (!mayShare(ctx.viewer, after) || (before && !mayShare(ctx.viewer, before))) throw notAllowed();
  return after;
}

/** Refuses LIMIT_REACHED when the audience is full: lists look at all of an audience. */
export async function requireRoom(tx: Tx, audience: Buffer, count: (q: Queryable, audience: Buffer) => Promise<number>): Promise<void> {
  if ((await count(tx, audience)) < AUDIENCE_MAX) return;
  throw refuse('LIMIT_REACHED', 'sharing', { zh: `此范围最多 ${AUDIENCE_MAX.toLocaleString('en')} 条。`, en: `There are ${AUDIENCE_MAX.toLocaleString('en')} for these people already.` });
}
