import { idToBinary, inList, type Queryable, type Tx } from '@careline/kit/db';
import type { Page } from '@careline/kit/graphql';
import { eq, sql } from 'drizzle-orm';
import { agentRoles, agents, roles } from './agent.tables.ts';

export type RoleRow = typeof roles.$inferSelect;

export async function selectRoles(q: Queryable, ids: readonly string[]): Promise<RoleRow[]> {
  return ids.length === 0 ? [] : q.orm.select().from(roles).where(inList(roles.id, ids));
}

export async function selectRoleByKey(q: Queryable, key: string): Promise<RoleRow | null> {
  return (await q.orm.select().from(roles).where(eq(roles.key, key)))[0] ?? null;
}

export async function lockRole(tx: Tx, id: string): Promise<RoleRow | null> {
  return (await tx.orm.select().from(roles).where(eq(roles.id, id)).for('update'))[0] ?? null;
}

export type RolePage = Page<'isCustom' | 'place' | 'id'>;

/** Roles, the built-in ones first in the order of the catalogue, then custom ones in the order they were made. */
export async function selectRolePage(q: Queryable, page: RolePage): Promise<RoleRow[]> {
  const sign = sql.raw(page.isBackward ? '<' : '>');
  const order = sql.raw(page.isBackward ? 'DESC' : 'ASC');
  const after = page.cursor
    ? sql`(${roles.isCustom}, ${roles.place}, ${roles.id}) ${sign} (${page.cursor.isCustom}, ${page.cursor.place}, ${idToBinary(String(page.cursor.id))})`
    : undefined;
  return q.orm.select().from(roles).where(after)
    .orderBy(sql`${roles.isCustom} ${order}`, sql`${roles.place} ${order}`, sql`${roles.id} ${order}`).limit(page.limit + 1);
}

export async function countRoles(q: Queryable): Promise<number> {
  return (await q.orm.select({ count: sql<number>`COUNT(*)` }).from(roles))[0]!.count;
}

export async function insertRole(tx: Tx, row: RoleRow): Promise<void> {
  await tx.orm.insert(roles).values(row);
}

export async function updateRoleRow(tx: Tx, id: string, changes: Partial<RoleRow>): Promise<void> {
  await tx.orm.update(roles).set({ ...changes, version: sql`${roles.version} + 1` }).where(eq(roles.id, id));
}

/** Makes or renews a built-in role by its key; the version rises only when something differs. */
export async function storeBuiltInRole(tx: Tx, row: RoleRow): Promise<void> {
  const present = (await tx.orm.select().from(roles).where(eq(roles.key, row.key!)).for('update'))[0];
  if (!present) {
    // Two starters may both find nothing: the second insert changes nothing.
    await tx.orm.insert(roles).values(row).onDuplicateKeyUpdate({ set: { key: row.key } });
    return;
  }
  const { name, grants, clearMasks, place } = row;
  const isSame = JSON.stringify([present.name, sorted(present.grants), present.clearMasks, present.place]) === JSON.stringify([name, sorted(grants), clearMasks, place]);
  if (!isSame) await updateRoleRow(tx, present.id, { name, grants, clearMasks, place });
}

const sorted = (grants: Record<string, string>) => Object.entries(grants).sort(([a], [b]) => (a < b ? -1 : 1));

/** Roles held by these agents, one row for each. */
export async function selectRolesOfAgents(q: Queryable, agentIds: readonly string[]): Promise<{ agentId: string; role: RoleRow }[]> {
  if (agentIds.length === 0) return [];
  return q.orm.select({ agentId: agentRoles.agentId, role: roles }).from(agentRoles)
    .innerJoin(roles, eq(roles.id, agentRoles.roleId)).where(inList(agentRoles.agentId, agentIds)).orderBy(roles.isCustom, roles.place, roles.id);
}

export async function replaceRoles(tx: Tx, agentId: string, roleIds: readonly string[]): Promise<void> {
  await tx.orm.delete(agentRoles).where(eq(agentRoles.agentId, agentId));
  if (roleIds.length) await tx.orm.insert(agentRoles).values(roleIds.map((roleId) => ({ agentId, roleId })));
}

export async function selectHolders(q: Queryable, roleId: string): Promise<string[]> {
  return (await q.orm.select({ id: agentRoles.agentId }).from(agentRoles).where(eq(agentRoles.roleId, roleId))).map((row) => row.id);
}

/** How many agents hold each role. */
export async function countHolders(q: Queryable, roleIds: readonly string[]): Promise<Map<string, number>> {
  if (roleIds.length === 0) return new Map();
  const rows = await q.orm.select({ id: agentRoles.roleId, count: sql<number>`COUNT(*)` }).from(agentRoles)
    .innerJoin(agents, eq(agents.id, agentRoles.agentId)).where(inList(agentRoles.roleId, roleIds)).groupBy(agentRoles.roleId);
  return new Map(rows.map((row) => [row.id, Number(row.count)]));
}
