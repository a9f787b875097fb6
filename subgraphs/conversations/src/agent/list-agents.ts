import type { ConversationsContext } from '../context.ts';
import { countAgents, countTeams, selectAgentIds, selectAgentPage, selectTeamPage, type AgentRow, type AgentSearch, type NamePage, type TeamRow } from './agent.store.ts';
import type { Presence } from './agent.tables.ts';

export interface AgentFilter {
  teamIds?: string[] | null;
  presences?: Presence[] | null;
  nameStartsWith?: string | null;
  isEnabled?: boolean | null;
  mayTakeConversationId?: string | null;
}

interface Listed<Row> {
  rows: Row[];
  total: number | null;
}

/** Agents by name within the caller's scope. Agents who read only own teams see the members of those. */
export async function listAgents(ctx: ConversationsContext, filter: AgentFilter, page: NamePage, isCounted: boolean): Promise<Listed<AgentRow>> {
  const search: AgentSearch = {
    isEnabled: filter.isEnabled ?? true, teamIds: filter.teamIds, presences: filter.presences,
    namePrefix: filter.nameStartsWith?.trim() || null, onlyIds: await idsInScope(ctx),
  };
  if (filter.mayTakeConversationId) {
    const ids = await selectAgentIds(ctx.db, search);
    search.onlyIds = [...await ctx.deps.mayTake(ctx, filter.mayTakeConversationId, ids)];
  }
  return { rows: await selectAgentPage(ctx.db, search, page), total: isCounted ? await countAgents(ctx.db, search) : null };
}

async function idsInScope(ctx: ConversationsContext): Promise<string[] | null> {
  const scope = ctx.viewer.require('agent:read');
  if (scope === 'ALL') return null;
  const { agentId, teamIds } = ctx.viewer.identity!;
  const own = agentId ? [agentId] : [];
  if (scope === 'OWN' || teamIds.length === 0) return own;
  return [...new Set([...own, ...await selectAgentIds(ctx.db, { isEnabled: true, teamIds })])];
}

/** Members of one team by name. */
export async function listMembers(ctx: ConversationsContext, teamId: string, page: NamePage): Promise<Listed<AgentRow>> {
  return listAgents(ctx, { teamIds: [teamId] }, page, true);
}

/** Teams by name; who reads only own teams sees those. */
export async function listTeams(ctx: ConversationsContext, page: NamePage): Promise<Listed<TeamRow>> {
  const onlyIds = ctx.viewer.require('agent:read') === 'ALL' ? null : ctx.viewer.identity!.teamIds;
  return { rows: await selectTeamPage(ctx.db, page, onlyIds), total: await countTeams(ctx.db, onlyIds) };
}
