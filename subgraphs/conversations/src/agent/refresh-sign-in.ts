import { recordAudit } from '@careline/kit/audit';
import type { Tx } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import { hashSecret } from '../bearer.ts';
import type { ConversationsContext } from '../context.ts';
import { mayRefresh, SIGN_IN_MS } from './agent.rules.ts';
import { selectAgents } from './agent.store.ts';
import { issuePair, sealAddress, settleEndedSignIns, type SignedIn } from './begin-sign-in.ts';
import { endSignInRow, lockSignIn, selectRefreshToken, touchSignIn, useRefreshToken } from './sign-in.store.ts';

/**
 * Exchanges a refresh token for a new pair; each works once. Only who lost the answer (a page left, a line cut, a second tab)
 * may come again within a minute, as long as no successor was used. Any other token that was used or overtaken was stolen or
 * copied, and nobody can tell which of the two is the agent: the whole sign-in ends. So a thief who is quick is found out
 * when the agent's device refreshes next.
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
  const found = await selectRefreshToken(tx, hash);
  const signIn = found && await lockSignIn(tx, found.signInId);
  if (!signIn || signIn.endedAt !== null || signIn.expiresAt <= now) return null;
  // Read again under the lock: another tab may have used it in between.
  const token = (await selectRefreshToken(tx, hash))!;
  if (!mayRefresh(token, now)) {
    await endSignInRow(tx, signIn.id, now);
    await recordAudit(tx, ctx.runtime.system('sign-in'), { verb: 'signin:end', subjectId: signIn.id, reason: 'a refresh token came back that had been used or overtaken' });
    await settleEndedSignIns(ctx, tx, signIn.agentId);
    return null;
  }
  const [agent] = await selectAgents(tx, [signIn.agentId]);
  if (!agent?.isEnabled) return null;
  if (token.usedAt === null) await useRefreshToken(tx, token, now);
  await touchSignIn(tx, signIn.id, { lastUsedAt: now, expiresAt: now + SIGN_IN_MS, addressEnc: sealAddress(ctx, signIn.id), ...(ctx.device ? { device: ctx.device } : {}) });
  return issuePair(ctx, tx, agent, signIn.id);
}
