import { recordAudit } from '@careline/kit/audit';
import { appError, refuse } from '@careline/kit/errors';
import { makeSecret } from '../bearer.ts';
import type { ConversationsContext } from '../context.ts';
import { isBeyond, RESET_MS } from './agent.rules.ts';
import { lockAgent, type AgentRow } from './agent.store.ts';
import { passwordUrl } from './create-agent.ts';
import { reachOfAgents } from './identity.ts';
import { insertPasswordLink } from './sign-in.store.ts';

/**
 * Makes a link by which an agent sets a new password within a day. Repeating it makes another; the first one used voids all.
 * Who may not write roles cannot make one for somebody who may do more: the link would be that person's rights.
 */
export async function resetPassword(ctx: ConversationsContext, input: { agentId: string }): Promise<{ agent: AgentRow; passwordUrl: string }> {
  ctx.viewer.requireAll('agent:write');
  return ctx.transaction(async (tx) => {
    const agent = await lockAgent(tx, input.agentId);
    if (!agent) throw appError('NOT_FOUND');
    if (!agent.isEnabled) throw refuse('WRONG_STATE', 'agentId', { zh: '该客服已停用，请先启用。', en: 'This agent is disabled. Enable it first.' });
    if (isBeyond(ctx.viewer, (await reachOfAgents(tx, [agent.id])).get(agent.id)!)) {
      throw refuse('NOT_ALLOWED', 'agentId', { zh: '不能为权限超出自己的客服重置密码。', en: 'You cannot reset the password of somebody who may do more than you.' });
    }
    const { secret, hash } = makeSecret();
    await insertPasswordLink(tx, { tokenHash: hash, agentId: agent.id, expiresAt: ctx.clock.now() + RESET_MS, usedAt: null });
    await recordAudit(tx, ctx, { verb: 'agent:write', subjectId: agent.id, after: { isPasswordReset: true } });
    return { agent, passwordUrl: passwordUrl(ctx, secret) };
  });
}
