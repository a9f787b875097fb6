import type { Identity } from '@careline/kit/auth';
import type { Queryable } from '@careline/kit/db';
import { HOUR, MINUTE } from '@careline/kit/time';
import { hashSecret, readBearer } from '../bearer.ts';
import type { ConversationsContext } from '../context.ts';
import { visitorIdentity } from '../customer/index.ts';
import { joinReach, meetGrants, type Reach } from './agent.rules.ts';
import { selectAgents, selectMemberships, type AgentRow } from './agent.store.ts';
import { selectRolesOfAgents } from './role.store.ts';
import { selectAccessTokenByHash, selectSignIn, touchAccessToken } from './sign-in.store.ts';

export const API_TOKEN_PREFIX = 'clt_';

/** Who a bearer token stands for at this moment; null when it is forged, run out, ended, revoked or its holder disabled. */
export async function readIdentity(ctx: ConversationsContext, token: string): Promise<Identity | null> {
  if (token.startsWith(API_TOKEN_PREFIX)) return apiIdentity(ctx, token);
  const claims = await readBearer(ctx.keyring, token, ctx.clock.now());
  if (!claims) return null;
  if (claims.knd === 'CUSTOMER') return visitorIdentity(ctx, claims);
  const signIn = await selectSignIn(ctx.db, claims.sid);
  if (!signIn || signIn.endedAt !== null || signIn.agentId !== claims.sub) return null;
  const [agent] = await selectAgents(ctx.db, [signIn.agentId]);
  return agent?.isEnabled ? agentIdentityOf(ctx, ctx.db, agent, signIn.id, claims.exp) : null;
}

/** What an agent may do now, all roles joined, with the teams and queues that TEAM scope reaches. */
export async function agentIdentityOf(ctx: ConversationsContext, q: Queryable, agent: AgentRow, signInId: string | null, expiresAt: number): Promise<Identity> {
  const { grants, clearMasks } = (await reachOfAgents(q, [agent.id])).get(agent.id)!;
  const teamIds = (await selectMemberships(q, [agent.id])).map((row) => row.teamId);
  return {
    kind: 'AGENT', id: agent.id, agentId: agent.id, name: agent.displayName, signInId, grants, clearMasks,
    teamIds, queueIds: teamIds.length ? await ctx.deps.queuesOfTeams(q, teamIds) : [], channelId: null, expiresAt,
  };
}

/** What an agent may do now who is not there: for what is done in the agent's name at a time of its own. Null when disabled. */
export async function identityOfAgent(ctx: ConversationsContext, agentId: string): Promise<Identity | null> {
  const [agent] = await selectAgents(ctx.db, [agentId]);
  return agent?.isEnabled ? agentIdentityOf(ctx, ctx.db, agent, null, Math.floor((ctx.clock.now() + MINUTE) / 1000)) : null;
}

async function apiIdentity(ctx: ConversationsContext, token: string): Promise<Identity | null> {
  const row = await selectAccessTokenByHash(ctx.db, hashSecret(token));
  const now = ctx.clock.now();
  if (!row || row.revokedAt !== null || row.expiresAt <= now) return null;
  const [agent] = await selectAgents(ctx.db, [row.agentId]);
  if (!agent?.isEnabled) return null;
  // Written at most once a minute: a busy program must not turn each request into a write.
  if (row.lastUsedAt === null || now - row.lastUsedAt >= MINUTE) await touchAccessToken(ctx.db, row.id, now);
  const issuer = await agentIdentityOf(ctx, ctx.db, agent, null, 0);
  return {
    ...issuer, kind: 'API', id: row.id, name: row.name, grants: meetGrants(row.grants, issuer.grants),
    expiresAt: Math.floor(Math.min(row.expiresAt, now + HOUR) / 1000),
  };
}

/** What each of these agents may do, whether enabled or not. */
export async function reachOfAgents(q: Queryable, agentIds: readonly string[]): Promise<Map<string, Reach>> {
  const held = await selectRolesOfAgents(q, agentIds);
  return new Map(agentIds.map((agentId) => [agentId, joinReach(held.filter((row) => row.agentId === agentId).map((row) => row.role))]));
}
