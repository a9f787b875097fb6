import { readFileSync } from 'node:fs';

export type RoleKey = 'customer' | 'agent' | 'supervisor' | 'editor' | 'trainer' | 'admin' | 'auditor' | 'analyst' | 'service';

/** One entry of the catalogue `permissions.json`; scopes are spelled own, team, all there. */
export interface PermissionEntry {
  name: string;
  en: string;
  zh: string;
  isAudited: boolean;
  defaults: Partial<Record<RoleKey, 'own' | 'team' | 'all'>>;
}

const file = JSON.parse(readFileSync(new URL('./permissions.json', import.meta.url), 'utf8')) as {
  roles: RoleKey[];
  masks: string[];
  permissions: PermissionEntry[];
};

export const permissionCatalogue: readonly PermissionEntry[] = file.permissions;
export const roleKeys: readonly RoleKey[] = file.roles;
export const maskNames: readonly string[] = file.masks;

/** The grants of a built-in role, scopes in capitals as the API spells them. */
export function defaultGrants(role: RoleKey): Record<string, 'OWN' | 'TEAM' | 'ALL'> {
  const grants: Record<string, 'OWN' | 'TEAM' | 'ALL'> = {};
  for (const permission of permissionCatalogue) {
    const scope = permission.defaults[role];
    if (scope) grants[permission.name] = scope.toUpperCase() as 'OWN' | 'TEAM' | 'ALL';
  }
  return grants;
}
