import { recordAudit } from '@careline/kit/audit';
import type { Tx } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import { hashSecret } from '../bearer.ts';
import type { ConversationsContext } from '../context.ts';
import { SIGN_IN_MS } from './agent.rules.ts';
import { selectAgents } from './agent.store.ts';
import { issuePair, sealAddress, settleEndedSignIns, type SignedIn } from './begin-sign-in.ts';
import { endSignInRow, selectRefreshToken, selectSignIn, touchSignIn, useRefreshToken } from './sign-in.store.ts';

/**
 * Exchanges a refresh token for a new pair; each works once. A token that comes a second time was stolen or copied,
 * and nobody can tell which of the two is the agent: the whole sign-in ends.
 */
export async function refreshSignIn(ctx: ConversationsContext, input: { refreshToken?: string | null }): Promise<SignedIn> {
  if (!input.refreshToken) throw refuse('REQUIRED', 'refreshToken', { zh: '缺少刷新令牌，请重新登录。', en: 'The refresh token is missing. Sign in again.' });
  const hash = hashSecret(input.refreshToken);
  const issued = await ctx.transaction((tx) => exchange(ctx, tx, hash));
  if (!issued) throw refuse('WRONG_CREDENTIALS', 'refreshToken', { zh: '登录已失效，请重新登录。', en: 'The sign-in is no longer valid. Sign in again.' });
  return issued;
}

async function exchange(ctx: ConversationsContext, tx: Tx, hash: Buffer): Promise<SignedIn | null> {
  const now = ctx.clock.now();
  const isFirstUse = await useRefreshToken(tx, hash, now);
  const token = await selectRefreshToken(tx, hash);
  const signIn = token && await selectSignIn(tx, token.signInId);
  if (!signIn || signIn.endedAt !== null || signIn.expiresAt <= now) return null;
  if (!isFirstUse) {
    await endSignInRow(tx, signIn.id, now);
    await recordAudit(tx, ctx.runtime.system('sign-in'), { verb: 'signin:end', subjectId: signIn.id, reason: 'a refresh token was used twice' });
    await settleEndedSignIns(ctx, tx, signIn.agentId);
    return null;
  }
  const [agent] = await selectAgents(tx, [signIn.agentId]);
  if (!agent?.isEnabled) return null;
  await touchSignIn(tx, signIn.id, { lastUsedAt: now, expiresAt: now + SIGN_IN_MS, addressEnc: sealAddress(ctx, signIn.id), ...(ctx.device ? { device: ctx.device } : {}) });
  return issuePair(ctx, tx, agent, signIn.id);
}
