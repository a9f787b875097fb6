import { Viewer, type Identity } from '@careline/kit/auth';
import type { Queryable, Tx } from '@careline/kit/db';
import { MINUTE, SECOND } from '@careline/kit/time';
import type { ConversationsContext } from '../context.ts';
import { levelsOf, type Skill } from '../skill.rules.ts';
import { membershipsOf, membersOf, onlineAgents, presencesOf, reachOfAgents, teamsByIds, type AgentRow } from '../agent/index.ts';
import { agentLoads, lastAgentOf, type ConversationRow } from '../conversation/index.ts';
import type { AgentQuestion, Candidate } from './agent.rules.ts';
import type { EntryRow } from './entry.store.ts';
import { lockHolders, selectDecliners, selectOfferLoads } from './offer.store.ts';
import { needsOf } from './queue.rules.ts';
import { selectTeamsOfQueues, type QueueRow } from './queue.store.ts';

/** For how long an agent who declined a conversation is not asked about it again, unless he takes it himself. */
export const DECLINED_FOR_MS = MINUTE;

/** Agents of other teams that a record names so that they can read why it was not them; their number is bounded. */
const OTHERS_MAX = 50;

/** Units each agent holds now: what he owns, and what he is being asked about. */
export async function loadsOf(q: Queryable, agentIds: readonly string[]): Promise<Map<string, number>> {
  const [owned, offered] = [await agentLoads(q, agentIds), await selectOfferLoads(q, agentIds)];
  return new Map(agentIds.map((id) => [id, (owned.get(id) ?? 0) + (offered.get(id) ?? 0)]));
}

/**
 * Of these agents, those whose grants would let them read and answer a conversation of the queue once it is theirs:
 * the question that the API asks of every caller, asked beforehand.
 */
export async function allowedAgents(q: Queryable, agentIds: readonly string[], conversation: Pick<ConversationRow, 'customerId'>, queueId: string | null): Promise<Set<string>> {
  const reaches = await reachOfAgents(q, agentIds);
  const mayAnswer = (agentId: string) => {
    const identity: Identity = {
      kind: 'AGENT', id: agentId, agentId, name: '', signInId: null, grants: reaches.get(agentId)?.grants ?? {},
      clearMasks: [], teamIds: [], queueIds: [], channelId: null, expiresAt: 0,
    };
    const viewer = new Viewer(identity);
    const belongings = { agentIds: [agentId], queueIds: [queueId], customerId: conversation.customerId };
    return viewer.covers('conversation:read', belongings) && viewer.covers('message:send', belongings);
  };
  return new Set(agentIds.filter(mayAnswer));
}

interface Crew {
  /** Place of each agent's first team among the queue's teams. */
  rankOf: Map<string, number>;
  agentOf: Map<string, AgentRow>;
  /** Teams with a limit, and who holds work for them. */
  limited: { capacity: number; memberIds: string[]; teamId: string }[];
}

async function readCrew(tx: Tx, queueId: string): Promise<Crew> {
  const teamIds = (await selectTeamsOfQueues(tx, [queueId])).get(queueId)!;
  const rankOf = new Map<string, number>();
  const agentOf = new Map<string, AgentRow>();
  for (const { agent, teamId } of await membersOf(tx, teamIds)) {
    if (!agent.isEnabled) continue;
    agentOf.set(agent.id, agent);
    rankOf.set(agent.id, Math.min(rankOf.get(agent.id) ?? Infinity, teamIds.indexOf(teamId)));
  }
  const theirTeamIds = [...new Set((await membershipsOf(tx, [...rankOf.keys()])).map(({ teamId }) => teamId))];
  const teams = (await teamsByIds(tx, theirTeamIds)).filter((team) => team.capacity !== null);
  const members = await membersOf(tx, teams.map(({ id }) => id));
  const limited = teams.map(({ id, capacity }) => ({
    teamId: id, capacity: capacity!, memberIds: members.filter(({ teamId }) => teamId === id).map(({ agent }) => agent.id),
  }));
  return { rankOf, agentOf, limited };
}

/** For what an agent is looked for. */
export interface Asking {
  queue: QueueRow;
  entry: EntryRow;
  conversation: ConversationRow;
  /** Agents whose free units are kept for those before it in the queue. */
  kept: ReadonlySet<string>;
}

/**
 * Everything the choice of an agent depends on, read while nobody else can change it.
 *
 * Agents and limited teams are locked before their loads are counted: a claim for another queue,
 * on another machine, that would fill the same last place has either committed or waits.
 */
export async function askAgents(ctx: ConversationsContext, tx: Tx, { queue, entry, conversation, kept }: Asking): Promise<AgentQuestion> {
  const at = ctx.clock.now();
  const needs = needsOf(queue, entry.skills);
  const crew = await readCrew(tx, queue.id);
  const agentIds = [...crew.rankOf.keys()];
  const lastWork = await lockHolders(tx, [...agentIds, ...crew.limited.map(({ teamId }) => teamId)]);
  const counted = new Set([...agentIds, ...crew.limited.flatMap(({ memberIds }) => memberIds)]);
  const loads = await loadsOf(tx, [...counted]);
  const presences = await presencesOf(tx, agentIds);
  const allowed = await allowedAgents(tx, agentIds, conversation, queue.id);
  const lastAgentId = queue.strategy.includes('LAST_AGENT') ? await lastAgentOf(tx, conversation) : null;
  const declined = await selectDecliners(tx, entry.id, at - DECLINED_FOR_MS);
  const limits = crew.limited.map(({ capacity, memberIds }) => ({
    memberIds: new Set(memberIds), capacity, free: capacity - memberIds.reduce((sum, id) => sum + (loads.get(id) ?? 0), 0),
  }));
  const candidates = agentIds.map((agentId): Candidate => {
    const his = limits.filter(({ memberIds }) => memberIds.has(agentId));
    const { skills, capacity } = crew.agentOf.get(agentId)!;
    return {
      agentId,
      presence: presences.get(agentId)?.presence ?? 'OFFLINE',
      teamRank: crew.rankOf.get(agentId)!,
      isAllowed: allowed.has(agentId),
      hasDeclined: declined.has(agentId),
      isKept: kept.has(agentId),
      levels: levelsOf(needs, skills),
      load: loads.get(agentId) ?? 0,
      capacity,
      teamFree: his.length > 0 ? Math.min(...his.map(({ free }) => free)) : null,
      ceiling: Math.min(capacity, ...his.map((limit) => limit.capacity)),
      idleSince: lastWork.get(agentId) ?? null,
      isLastAgent: agentId === lastAgentId,
    };
  });
  return {
    strategy: queue.strategy, at, units: conversation.units, needs, isSkillPreferred: isSkillPreferred(queue, entry, at),
    candidates: [...candidates, ...(await outsiders(tx, crew.rankOf, needs)).map((one) => ({ ...one, isLastAgent: one.agentId === lastAgentId }))],
  };
}

/** Whether a conversation has waited in the queue for as long as its skills are insisted on. */
function isSkillPreferred({ skillSeconds }: QueueRow, { enteredAt }: EntryRow, at: number): boolean {
  return skillSeconds !== null && at - enteredAt >= skillSeconds * SECOND;
}

/** Those ONLINE in no team of the queue, to be named as such. */
async function outsiders(tx: Tx, insiders: ReadonlyMap<string, unknown>, needs: readonly Skill[]): Promise<Candidate[]> {
  const others = (await onlineAgents(tx)).filter(({ id }) => !insiders.has(id)).slice(0, OTHERS_MAX);
  const loads = await loadsOf(tx, others.map(({ id }) => id));
  return others.map(({ id, capacity, skills }) => ({
    agentId: id, presence: 'ONLINE', teamRank: null, isAllowed: true, hasDeclined: false, isKept: false, levels: levelsOf(needs, skills),
    load: loads.get(id) ?? 0, capacity, teamFree: null, ceiling: capacity, idleSince: null,
  }));
}
