import type { Queryable } from '@careline/kit/db';
import { selectAgents, selectMembers, selectMemberships, selectTeamIds, selectTeams, selectTeamsByKeys, type AgentRow, type TeamRow } from './agent.store.ts';
import { selectIdle, selectOnline, selectPresences, type PresenceRow } from './presence.store.ts';

/** The name that customers see. */
export function publicNameOf(agent: Pick<AgentRow, 'displayName' | 'publicName'>): string {
  return agent.publicName ?? agent.displayName;
}

/** Rows of agents by id; unknown ids are absent. */
export async function agentsByIds(q: Queryable, agentIds: readonly string[]): Promise<Map<string, AgentRow>> {
  return new Map((await selectAgents(q, [...new Set(agentIds)])).map((row) => [row.id, row]));
}

/** The teams that exist of those named. */
export function teamsByIds(q: Queryable, teamIds: readonly string[]): Promise<TeamRow[]> {
  return selectTeams(q, [...new Set(teamIds)]);
}

/** The teams that exist of those named by their keys. */
export function teamsByKeys(q: Queryable, keys: readonly string[]): Promise<TeamRow[]> {
  return selectTeamsByKeys(q, keys);
}

/** Ids of all teams. There are a handful. */
export function allTeamIds(q: Queryable): Promise<string[]> {
  return selectTeamIds(q);
}

/** Which agents belong to which teams, asked by agents. */
export function membershipsOf(q: Queryable, agentIds: readonly string[]): Promise<{ agentId: string; teamId: string }[]> {
  return selectMemberships(q, agentIds);
}

/** Members of these teams, disabled ones too, once for each membership. Ordered by agent. */
export function membersOf(q: Queryable, teamIds: readonly string[]): Promise<{ agent: AgentRow; teamId: string }[]> {
  return selectMembers(q, teamIds);
}

/** Where agents stand. Who never set a presence is absent and counts as OFFLINE. */
export async function presencesOf(q: Queryable, agentIds: readonly string[]): Promise<Map<string, PresenceRow>> {
  return new Map((await selectPresences(q, agentIds)).map((row) => [row.agentId, row]));
}

/** All enabled agents who are ONLINE now, ordered by id. */
export function onlineAgents(q: Queryable): Promise<AgentRow[]> {
  return selectOnline(q);
}

/** Agents who can do no work: OFFLINE since `before` or earlier, never present at all, or disabled. */
export function idleOwners(q: Queryable, before: number): Promise<string[]> {
  return selectIdle(q, before);
}
