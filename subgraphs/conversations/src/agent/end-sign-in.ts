import { recordAudit } from '@careline/kit/audit';
import { appError } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { settleEndedSignIns } from './begin-sign-in.ts';
import { endSignInRow, selectSignIn, type SignInRow } from './sign-in.store.ts';

/** Ends the caller's own sign-in; repeating it changes nothing. */
export async function signOut(ctx: ConversationsContext): Promise<{ signedOutAt: number }> {
  ctx.viewer.require('signin:end');
  const { signInId, agentId } = ctx.viewer.identity!;
  if (!signInId || !agentId) throw appError('FORBIDDEN', { internal: 'only agents have a sign-in to end' });
  const now = ctx.clock.now();
  await ctx.transaction(async (tx) => {
    if (!(await endSignInRow(tx, signInId, now))) return;
    await recordAudit(tx, ctx, { verb: 'signin:end', subjectId: signInId });
    await settleEndedSignIns(ctx, tx, agentId);
  });
  return { signedOutAt: now };
}

/** Ends a sign-in on another device. Its access token stops working at once, its sockets within five seconds. */
export async function endSignIn(ctx: ConversationsContext, input: { signInId: string }): Promise<SignInRow> {
  ctx.viewer.require('signin:end');
  const now = ctx.clock.now();
  return ctx.transaction(async (tx) => {
    const row = await selectSignIn(tx, input.signInId);
    if (!row) throw appError('NOT_FOUND');
    ctx.viewer.requireOn('signin:end', { agentIds: [row.agentId] }, 'signin:read');
    if (await endSignInRow(tx, row.id, now)) {
      await recordAudit(tx, ctx, { verb: 'signin:end', subjectId: row.id });
      await settleEndedSignIns(ctx, tx, row.agentId);
    }
    return { ...row, endedAt: row.endedAt ?? now };
  });
}
