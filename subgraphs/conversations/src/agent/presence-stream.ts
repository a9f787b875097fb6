import { LiveStream } from '@careline/kit/live';
import { SECOND } from '@careline/kit/time';
import type { ConversationsContext } from '../context.ts';
import { selectAgentIds, selectAgents, selectMemberships, type AgentRow } from './agent.store.ts';
import { renewPresence } from './presence.ts';

export interface PresenceEvent {
  agents: AgentRow[];
  at: number;
}

const RENEW_MS = 5 * SECOND;
const HEARTBEAT_MS = 15 * SECOND;
/** Changes that come together go out together. */
const GATHER_MS = 100;

/**
 * The presence of agents, all of them first and then those that change, with a heartbeat at least every 20 s.
 * As long as an agent keeps it open, the agent's own presence is held.
 */
export async function openPresence(ctx: ConversationsContext, teamIds: readonly string[] | null): Promise<LiveStream<PresenceEvent>> {
  const only = reach(ctx, teamIds);
  const ownId = ctx.viewer.identity?.kind === 'AGENT' ? ctx.viewer.agentId : null;
  const changed = new Set<string>();
  let gathering: NodeJS.Timeout | null = null;
  const detach = ctx.live.subscribe('presence', ({ agentId }) => {
    if (typeof agentId === 'string') changed.add(agentId);
    gathering ??= setTimeout(() => { gathering = null; void tell(); }, GATHER_MS);
  });
  const fail = (error: unknown) => stream.close(error);
  const renew = () => { if (ownId) renewPresence(ctx, ownId).catch(fail); };
  const timers = [setInterval(renew, RENEW_MS), setInterval(() => stream.push({ agents: [], at: ctx.clock.now() }), HEARTBEAT_MS)];
  const stream = new LiveStream<PresenceEvent>(() => {
    detach();
    timers.forEach(clearInterval);
    if (gathering) clearTimeout(gathering);
  });
  async function tell(): Promise<void> {
    const ids = [...changed];
    changed.clear();
    try {
      const agents = await visible(ctx, ids, only);
      if (agents.length) stream.push({ agents, at: ctx.clock.now() });
    } catch (error) {
      fail(error);
    }
  }
  try {
    if (ownId) await renewPresence(ctx, ownId);
    const all = await selectAgentIds(ctx.db, { isEnabled: true, teamIds: only });
    stream.push({ agents: await selectAgents(ctx.db, all), at: ctx.clock.now() });
  } catch (error) {
    fail(error);
  }
  return stream;
}

/** Teams whose members may be told of; null: everybody's. Who reads only own teams sees those, whatever was asked for. */
function reach(ctx: ConversationsContext, teamIds: readonly string[] | null): readonly string[] | null {
  if (ctx.viewer.scopeOf('agent:read') === 'ALL') return teamIds?.length ? teamIds : null;
  const mine = ctx.viewer.identity!.teamIds;
  const asked = teamIds?.length ? mine.filter((id) => teamIds.includes(id)) : mine;
  return asked.length ? asked : ['tem_00000000000000000000000000'];
}

/** Disabled agents too: whoever still shows one as present must learn of it. */
async function visible(ctx: ConversationsContext, ids: string[], only: readonly string[] | null): Promise<AgentRow[]> {
  const agents = await selectAgents(ctx.db, ids);
  if (!only) return agents;
  const members = new Set((await selectMemberships(ctx.db, ids)).filter((row) => only.includes(row.teamId)).map((row) => row.agentId));
  return agents.filter((agent) => members.has(agent.id));
}
