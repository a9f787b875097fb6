import { Viewer } from '@careline/kit/auth';
import type { Queryable } from '@careline/kit/db';
import { agentsByIds, membersOf, membershipsOf, publicNameOf, reachOfAgents } from '../agent/index.ts';
import type { ConversationsContext } from '../context.ts';
import { canRead } from './conversation.rules.ts';
import type { ConversationRow } from './conversation.types.ts';

/** The names of a person who answers: for colleagues and for customers. */
export interface Names {
  displayName: string;
  publicName: string;
}

/** Names of agents, also of disabled ones; unknown ids are absent. */
export async function namesOfAgents(q: Queryable, agentIds: readonly string[]): Promise<Map<string, Names>> {
  const agents = await agentsByIds(q, agentIds);
  return new Map([...agents.values()].map((agent) => [agent.id, { displayName: agent.displayName, publicName: publicNameOf(agent) }]));
}

/** Of these agents, the enabled ones who may read the conversation. */
export async function readersAmong(
  ctx: ConversationsContext, q: Queryable, agentIds: readonly string[], conversation: ConversationRow,
): Promise<Set<string>> {
  const agents = await agentsByIds(q, agentIds);
  const enabled = [...agents.values()].filter((agent) => agent.isEnabled).map((agent) => agent.id);
  const reach = await reachOfAgents(q, enabled);
  const memberships = await membershipsOf(q, enabled);
  const readers = new Set<string>();
  for (const agentId of enabled) {
    const teamIds = memberships.filter((row) => row.agentId === agentId).map((row) => row.teamId);
    const queueIds = teamIds.length > 0 ? await ctx.deps.queuesOfTeams(q, teamIds) : [];
    const viewer = new Viewer({
      kind: 'AGENT', id: agentId, agentId, name: '', signInId: null, grants: reach.get(agentId)!.grants, clearMasks: [], teamIds, queueIds,
      channelId: null, expiresAt: 0,
    });
    if (canRead(viewer, conversation)) readers.add(agentId);
  }
  return readers;
}

/** Members of these teams. */
export async function teamMates(q: Queryable, teamIds: readonly string[]): Promise<Set<string>> {
  return new Set((await membersOf(q, teamIds)).map((row) => row.agent.id));
}
