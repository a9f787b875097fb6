import { recordAudit } from '@careline/kit/audit';
import { appError } from '@careline/kit/errors';
import type { ConversationsContext } from '../context.ts';
import { lockAdministration, lockAgent, selectAgents, updateAgentRow, type AgentRow } from './agent.store.ts';
import { announceIdentity } from './begin-sign-in.ts';
import { keepAnAdministrator, NO_ROLE, requireAll } from './governance.ts';
import { replaceRoles, selectRoles, selectRolesOfAgents } from './role.store.ts';

/** Gives an agent exactly these roles. Running subscriptions feel it within five seconds. Refused for the last administrator. */
export async function changeRole(ctx: ConversationsContext, input: { agentId: string; roleIds: string[] }): Promise<AgentRow> {
  ctx.viewer.requireAll('role:write');
  return ctx.transaction(async (tx) => {
    await lockAdministration(tx);
    const row = await lockAgent(tx, input.agentId);
    if (!row) throw appError('NOT_FOUND');
    requireAll(input.roleIds, await selectRoles(tx, input.roleIds), 'roleIds', NO_ROLE);
    const before = (await selectRolesOfAgents(tx, [row.id])).map((held) => held.role.id);
    await replaceRoles(tx, row.id, [...new Set(input.roleIds)]);
    await updateAgentRow(tx, row.id, {});
    await keepAnAdministrator(tx);
    await recordAudit(tx, ctx, { verb: 'role:write', subjectId: row.id, before: { roleIds: before }, after: { roleIds: input.roleIds } });
    announceIdentity(ctx, tx, row.id);
    return (await selectAgents(tx, [row.id]))[0]!;
  });
}
