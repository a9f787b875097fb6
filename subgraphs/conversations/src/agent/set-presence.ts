import { appError, refuse } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { selectAgents, selectMemberships, type AgentRow } from './agent.store.ts';
import type { Presence } from './agent.tables.ts';
import { changePresence } from './presence.ts';

/** Sets where an agent stands: one's own place, or with wider scope that of others. OFFLINE gives work back to its queue. */
export async function setPresence(ctx: ConversationsContext, input: { presence: Presence; agentId?: string | null }): Promise<AgentRow> {
  ctx.viewer.require('presence:set');
  const agentId = input.agentId ?? ctx.viewer.agentId;
  if (!agentId) throw appError('FORBIDDEN', { internal: 'only agents have a presence' });
  return ctx.transaction(async (tx) => {
    const [agent] = await selectAgents(tx, [agentId]);
    if (!agent) throw appError('NOT_FOUND');
    const teamIds = (await selectMemberships(tx, [agentId])).map((row) => row.teamId);
    ctx.viewer.requireOn('presence:set', { agentIds: [agentId], teamIds }, 'agent:read');
    if (!agent.isEnabled) throw refuse('WRONG_STATE', 'agentId', { zh: '该客服已停用。', en: 'This agent is disabled.' });
    await changePresence(ctx, tx, agentId, input.presence);
    return agent;
  });
}
