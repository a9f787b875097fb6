import { createHmac } from 'node:crypto';
import { recordAudit } from '@careline/kit/audit';
import { isDuplicate, withIdempotency, type Tx } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import { hashSecret } from '../bearer.ts';
import type { ConversationsContext } from '../context.ts';
import { textWithin } from '../input.rules.ts';
import { INVITATION_MS, isBeyond, joinReach } from './agent.rules.ts';
import { insertAgent, replaceTeams, selectAgents, selectTeams, type AgentRow } from './agent.store.ts';
import { NO_ROLE, NO_TEAM, requireAll } from './governance.ts';
import { replaceRoles, selectRoles } from './role.store.ts';
import { newAgent } from './set-up.ts';
import { insertPasswordLink } from './sign-in.store.ts';

export interface CreateAgent {
  displayName: string;
  email: string;
  roleIds: string[];
  teamIds: string[];
  idempotencyKey: string;
}

/**
 * Makes an agent who cannot sign in yet, and the link by which a password is set within seven days.
 * A caller who may not write roles gives only roles that reach no further than the caller does.
 */
export async function createAgent(ctx: ConversationsContext, input: CreateAgent): Promise<{ agent: AgentRow; invitationUrl: string }> {
  ctx.viewer.requireAll('agent:write');
  const { idempotencyKey, ...content } = input;
  try {
    return await ctx.transaction(async (tx) => {
      const call = { scope: `${ctx.viewer.identity!.id} createAgent`, key: idempotencyKey, input: content };
      const { result } = await withIdempotency(tx, call, async () => ({ agentId: await make(ctx, tx, content) }));
      const [agent] = await selectAgents(tx, [result.agentId]);
      return { agent: agent!, invitationUrl: passwordUrl(ctx, invitationToken(ctx, result.agentId)) };
    });
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw refuse('ALREADY_EXISTS', 'email', { zh: '该邮箱已属于另一位客服。', en: 'An agent with this mail address exists already.' });
  }
}

async function make(ctx: ConversationsContext, tx: Tx, input: Omit<CreateAgent, 'idempotencyKey'>): Promise<string> {
  const displayName = textWithin(input.displayName, 'displayName', 1, 60);
  const agent = newAgent(ctx, { displayName, email: input.email, passwordHash: null });
  const roles = await selectRoles(tx, input.roleIds);
  requireAll(input.roleIds, roles, 'roleIds', NO_ROLE);
  requireAll(input.teamIds, await selectTeams(tx, input.teamIds), 'teamIds', NO_TEAM);
  if (isBeyond(ctx.viewer, joinReach(roles))) {
    throw refuse('NOT_ALLOWED', 'roleIds', { zh: '不能授予超出自己权限的角色。', en: 'You cannot give a role that may do more than you.' });
  }
  await insertAgent(tx, agent);
  await replaceTeams(tx, agent.id, [...new Set(input.teamIds)]);
  await replaceRoles(tx, agent.id, [...new Set(input.roleIds)]);
  await insertPasswordLink(tx, { tokenHash: hashSecret(invitationToken(ctx, agent.id)), agentId: agent.id, expiresAt: ctx.clock.now() + INVITATION_MS, usedAt: null });
  await recordAudit(tx, ctx, { verb: 'agent:write', subjectId: agent.id, after: { displayName, roleIds: input.roleIds, teamIds: input.teamIds } });
  return agent.id;
}

// Derived, not drawn: a repeated call gives the same link although only its hash is kept.
function invitationToken(ctx: ConversationsContext, agentId: string): string {
  return createHmac('sha256', ctx.keyring.secret('links')).update(`invitation|${agentId}`).digest('base64url');
}

/** Where a password is set with this token. It stands behind `#`, so that no server or proxy log holds it. */
export function passwordUrl(ctx: ConversationsContext, token: string): string {
  return `${ctx.deps.publicUrl.replace(/\/$/, '')}/set-password#token=${token}`;
}
