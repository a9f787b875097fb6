import { recordAudit } from '@careline/kit/audit';
import type { GrantScope } from '@careline/kit/auth';
import { newId } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import { maskNames, permissionCatalogue } from '@careline/schema/permissions';
import type { ConversationsContext } from '../context.ts';
import { expectVersion, textWithin } from '../input.rules.ts';
import { lockAdministration } from './agent.store.ts';
import type { Grants } from './agent.tables.ts';
import { announceIdentity } from './begin-sign-in.ts';
import { keepAnAdministrator } from './governance.ts';
import { insertRole, lockRole, selectHolders, updateRoleRow, type RoleRow } from './role.store.ts';

export interface GrantInput {
  permission: string;
  scope: GrantScope;
}

export interface SaveRole {
  roleId?: string | null;
  name: string;
  grants: GrantInput[];
  clearMasks: string[];
  expectedVersion?: number | null;
}

/** Makes a role or changes a custom one; who holds it may do the new things at once. Built-in roles are WRONG_STATE. */
export async function saveRole(ctx: ConversationsContext, input: SaveRole): Promise<RoleRow> {
  ctx.viewer.requireAll('role:write');
  const content = { name: textWithin(input.name, 'name', 1, 60), grants: readGrants(input.grants), clearMasks: readMasks(input.clearMasks) };
  return ctx.transaction(async (tx) => {
    await lockAdministration(tx);
    if (!input.roleId) {
      const made: RoleRow = { id: newId('rol'), key: null, ...content, isCustom: true, place: 0, version: 1 };
      await insertRole(tx, made);
      await recordAudit(tx, ctx, { verb: 'role:write', subjectId: made.id, after: content });
      return made;
    }
    const row = await lockRole(tx, input.roleId);
    if (!row) throw appError('NOT_FOUND');
    if (!row.isCustom) throw refuse('WRONG_STATE', null, { zh: '内置角色不能修改，可复制后再改。', en: 'Built-in roles cannot be changed. Copy it and change the copy.' });
    expectVersion(input.expectedVersion, row.version, { role: row });
    await updateRoleRow(tx, row.id, content);
    await keepAnAdministrator(tx);
    const { name, grants, clearMasks } = row;
    await recordAudit(tx, ctx, { verb: 'role:write', subjectId: row.id, before: { name, grants, clearMasks }, after: content });
    for (const agentId of await selectHolders(tx, row.id)) announceIdentity(ctx, tx, agentId);
    return { ...row, ...content, version: row.version + 1 };
  });
}

/** Grants as kept; refuses permissions that the catalogue does not know. */
export function readGrants(inputs: GrantInput[]): Grants {
  const known = new Set(permissionCatalogue.map((entry) => entry.name));
  for (const [at, { permission }] of inputs.entries()) {
    if (!known.has(permission)) throw refuse('INVALID', ['grants', String(at), 'permission'], { zh: `没有名为 ${permission} 的权限。`, en: `There is no permission ${permission}.` });
  }
  return Object.fromEntries(inputs.map(({ permission, scope }) => [permission, scope]));
}

function readMasks(masks: string[]): string[] {
  const unknown = masks.find((mask) => !maskNames.includes(mask));
  if (unknown) throw refuse('INVALID', 'clearMasks', { zh: `没有名为 ${unknown} 的脱敏项。`, en: `There is no mask ${unknown}.` });
  return [...new Set(masks)];
}
