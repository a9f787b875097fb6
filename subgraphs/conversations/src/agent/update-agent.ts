import { recordAudit } from '@careline/kit/audit';
import type { Tx } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { expectVersion, numberWithin, textWithin } from '../input.rules.ts';
import { skillsWithin, type Skill } from '../skill.rules.ts';
import { lockAdministration, lockAgent, replaceTeams, selectAgents, selectMemberships, selectTeams, updateAgentRow, type AgentRow } from './agent.store.ts';
import { announceIdentity, settleEndedSignIns } from './begin-sign-in.ts';
import { keepAnAdministrator, NO_TEAM, requireAll } from './governance.ts';
import { nameKeys } from './name-keys.ts';
import { endSignInsOf } from './sign-in.store.ts';

export interface UpdateAgent {
  agentId: string;
  displayName?: string | null;
  publicName?: string | null;
  teamIds?: string[] | null;
  skills?: Skill[] | null;
  capacity?: number | null;
  isEnabled?: boolean | null;
  expectedVersion?: number | null;
}

const SKILLS_MAX = 30;

/**
 * Changes an agent. Who manages only own teams reaches members of those teams and moves them only between those teams.
 * Disabling ends all sign-ins and gives work back; refused for the last administrator.
 */
export async function updateAgent(ctx: ConversationsContext, input: UpdateAgent): Promise<AgentRow> {
  ctx.viewer.require('agent:write');
  return ctx.transaction(async (tx) => {
    if (input.isEnabled != null) await lockAdministration(tx);
    const row = await lockAgent(tx, input.agentId);
    if (!row) throw appError('NOT_FOUND');
    const teamIds = (await selectMemberships(tx, [row.id])).map((member) => member.teamId);
    ctx.viewer.requireOn('agent:write', { agentIds: [row.id], teamIds }, 'agent:read');
    expectVersion(input.expectedVersion, row.version, { agent: row });
    const changes = readChanges(input);
    await updateAgentRow(tx, row.id, changes);
    if (input.teamIds) await moveTeams(ctx, tx, row.id, teamIds, input.teamIds);
    if (input.isEnabled === false && row.isEnabled) await disable(ctx, tx, row.id);
    const { nameKeys: _keys, ...shown } = changes;
    await recordAudit(tx, ctx, {
      verb: 'agent:write', subjectId: row.id,
      before: { ...pick(row, Object.keys(shown)), ...(input.teamIds ? { teamIds } : {}) }, after: { ...shown, ...(input.teamIds ? { teamIds: input.teamIds } : {}) },
    });
    announceIdentity(ctx, tx, row.id);
    tx.afterCommit(() => ctx.live.publish('presence', { agentId: row.id }));
    return (await selectAgents(tx, [row.id]))[0]!;
  });
}

const pick = (row: object, keys: string[]) => Object.fromEntries(Object.entries(row).filter(([key]) => keys.includes(key)));

function readChanges(input: UpdateAgent): Partial<AgentRow> {
  const changes: Partial<AgentRow> = {};
  if (input.displayName != null) {
    changes.displayName = textWithin(input.displayName, 'displayName', 1, 60);
    changes.nameKeys = nameKeys(changes.displayName);
  }
  // An empty public name goes back to the display name.
  if (input.publicName != null) changes.publicName = textWithin(input.publicName, 'publicName', 0, 60) || null;
  if (input.capacity != null) changes.capacity = numberWithin(input.capacity, 'capacity', 0, 100);
  if (input.skills) changes.skills = skillsWithin(input.skills, 'skills', SKILLS_MAX);
  if (input.isEnabled != null) changes.isEnabled = input.isEnabled;
  return changes;
}

async function moveTeams(ctx: ConversationsContext, tx: Tx, agentId: string, from: string[], to: string[]): Promise<void> {
  requireAll(to, await selectTeams(tx, to), 'teamIds', NO_TEAM);
  const moved = [...to.filter((id) => !from.includes(id)), ...from.filter((id) => !to.includes(id))];
  const mine = ctx.viewer.identity!.teamIds;
  if (ctx.viewer.scopeOf('agent:write') !== 'ALL' && moved.some((id) => !mine.includes(id))) {
    throw refuse('NOT_ALLOWED', 'teamIds', { zh: '只能在自己所属的客服组之间调整成员。', en: 'You can move members only between your own teams.' });
  }
  await replaceTeams(tx, agentId, [...new Set(to)]);
}

async function disable(ctx: ConversationsContext, tx: Tx, agentId: string): Promise<void> {
  await keepAnAdministrator(tx);
  await endSignInsOf(tx, agentId, null, ctx.clock.now());
  await settleEndedSignIns(ctx, tx, agentId);
}
