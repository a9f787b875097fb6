import { newId, type Tx } from '@careline/kit/db';
import { defaultGrants, roleKeys, type RoleKey } from '@careline/schema/permissions';
import type { Runtime } from '../context.ts';
import { defaultClearMasks } from './agent.rules.ts';
import { storeBuiltInRole } from './role.store.ts';

const NAMES: Record<Exclude<RoleKey, 'customer'>, string> = {
  agent: '客服', supervisor: '客服主管', editor: '知识编辑', trainer: '训练师', admin: '管理员', auditor: '审计员', analyst: '分析员', service: '服务账号',
};

/** Built-in roles that agents can hold, in the order of the catalogue. Customers have no role: their grants are fixed. */
export const builtInRoleKeys = roleKeys.filter((key): key is Exclude<RoleKey, 'customer'> => key !== 'customer');

/** Makes the built-in roles equal to the permission catalogue of this release. Safe to call by several starters at once. */
export async function keepBuiltInRoles(runtime: Runtime): Promise<void> {
  await runtime.db.transaction(storeBuiltInRoles);
}

export async function storeBuiltInRoles(tx: Tx): Promise<void> {
  for (const [place, key] of builtInRoleKeys.entries()) {
    await storeBuiltInRole(tx, {
      id: newId('rol'), key, name: NAMES[key], grants: defaultGrants(key), clearMasks: defaultClearMasks(key), isCustom: false, place, version: 1,
    });
  }
}
