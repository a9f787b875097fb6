import { idToBinary, inList, type Queryable, type Tx } from '@careline/kit/db';
import type { Page } from '@careline/kit/graphql';
import { and, asc, eq, inArray, like, sql, type SQL } from 'drizzle-orm';
import { agentPresence, agentRoles, agents, agentSettings, agentTeams, organisation, roles, teams, type Presence } from './agent.tables.ts';

export type AgentRow = typeof agents.$inferSelect;
export type TeamRow = typeof teams.$inferSelect;
export type OrganisationRow = typeof organisation.$inferSelect;

export async function selectOrganisation(q: Queryable): Promise<OrganisationRow | null> {
  return (await q.orm.select().from(organisation).where(eq(organisation.id, 1)))[0] ?? null;
}

/** Makes the organisation; throws a duplicate error when there is one, so that of two set-ups one wins. */
export async function insertOrganisation(tx: Tx, row: Omit<OrganisationRow, 'id'>): Promise<void> {
  await tx.orm.insert(organisation).values({ id: 1, ...row });
}

/** Lets one change of roles or enabled agents go on at a time: two could each take away the other's last administrator. */
export async function lockAdministration(tx: Tx): Promise<void> {
  await tx.query('/* lockAdministration */ SELECT id FROM organisation WHERE id = 1 FOR UPDATE');
}

export async function insertAgent(tx: Tx, row: AgentRow): Promise<void> {
  await tx.orm.insert(agents).values(row);
}

export async function updateAgentRow(tx: Tx, id: string, changes: Partial<AgentRow>): Promise<void> {
  await tx.orm.update(agents).set({ ...changes, version: sql`${agents.version} + 1` }).where(eq(agents.id, id));
}

export async function selectAgents(q: Queryable, ids: readonly string[]): Promise<AgentRow[]> {
  return ids.length === 0 ? [] : q.orm.select().from(agents).where(inList(agents.id, ids));
}

export async function lockAgent(tx: Tx, id: string): Promise<AgentRow | null> {
  return (await tx.orm.select().from(agents).where(eq(agents.id, id)).for('update'))[0] ?? null;
}

export async function selectAgentByEmail(q: Queryable, bidx: Buffer): Promise<AgentRow | null> {
  return (await q.orm.select().from(agents).where(eq(agents.emailBidx, bidx)))[0] ?? null;
}

export interface AgentSearch {
  isEnabled: boolean;
  teamIds?: readonly string[] | null;
  presences?: readonly Presence[] | null;
  namePrefix?: string | null;
  onlyIds?: readonly string[] | null;
}

export type NamePage = Page<'name' | 'id'>;

/** The keyset condition of lists ordered by name and id, and the direction to read in. */
function pageOf(table: typeof agents | typeof teams, name: typeof agents.displayName | typeof teams.name, page: NamePage) {
  const sign = sql.raw(page.isBackward ? '<' : '>');
  const order = sql.raw(page.isBackward ? 'DESC' : 'ASC');
  const after = page.cursor ? sql`(${name}, ${table.id}) ${sign} (${page.cursor.name}, ${idToBinary(String(page.cursor.id))})` : undefined;
  return { after, order: [sql`${name} ${order}`, sql`${table.id} ${order}`] };
}

function searchCondition(search: AgentSearch): SQL | undefined {
  const inTeams = search.teamIds?.length
    ? inArray(agents.id, sql`(SELECT agent_id FROM agent_teams WHERE team_id IN (${sql.join(search.teamIds.map((id) => sql`${idToBinary(id)}`), sql`, `)}))`)
    : undefined;
  const prefix = search.namePrefix?.toLowerCase().replace(/[\\%_]/g, (mark) => `\\${mark}`);
  const presence = sql`COALESCE((SELECT presence FROM agent_presence WHERE agent_id = ${agents.id}), 'OFFLINE')`;
  return and(
    eq(agents.isEnabled, search.isEnabled), inTeams,
    prefix ? like(agents.nameKeys, `% ${prefix}%`) : undefined,
    search.presences?.length ? inArray(presence, [...search.presences]) : undefined,
    search.onlyIds ? (search.onlyIds.length ? inList(agents.id, search.onlyIds) : sql`1 = 0`) : undefined,
  );
}

export async function selectAgentPage(q: Queryable, search: AgentSearch, page: NamePage): Promise<AgentRow[]> {
  const { after, order } = pageOf(agents, agents.displayName, page);
  return q.orm.select().from(agents).where(and(searchCondition(search), after)).orderBy(...order).limit(page.limit + 1);
}

/** Ids of all agents that the search finds, at most 2,000. */
export async function selectAgentIds(q: Queryable, search: AgentSearch): Promise<string[]> {
  return (await q.orm.select({ id: agents.id }).from(agents).where(searchCondition(search)).limit(2_000)).map((row) => row.id);
}

export async function countAgents(q: Queryable, search: AgentSearch): Promise<number> {
  const counted = q.orm.select({ id: agents.id }).from(agents).where(searchCondition(search)).limit(10_000).as('counted');
  return (await q.orm.select({ count: sql<number>`COUNT(*)` }).from(counted))[0]!.count;
}

export async function selectTeams(q: Queryable, ids: readonly string[]): Promise<TeamRow[]> {
  return ids.length === 0 ? [] : q.orm.select().from(teams).where(inList(teams.id, ids));
}

export async function selectTeamsByKeys(q: Queryable, keys: readonly string[]): Promise<TeamRow[]> {
  return keys.length === 0 ? [] : q.orm.select().from(teams).where(inList(teams.key, keys));
}

export async function selectTeamIds(q: Queryable): Promise<string[]> {
  return (await q.orm.select({ id: teams.id }).from(teams)).map((row) => row.id);
}

const amongTeams = (onlyIds: readonly string[] | null) => (onlyIds === null ? undefined : onlyIds.length ? inList(teams.id, onlyIds) : sql`1 = 0`);

export async function selectTeamPage(q: Queryable, page: NamePage, onlyIds: readonly string[] | null): Promise<TeamRow[]> {
  const { after, order } = pageOf(teams, teams.name, page);
  return q.orm.select().from(teams).where(and(amongTeams(onlyIds), after)).orderBy(...order).limit(page.limit + 1);
}

export async function countTeams(q: Queryable, onlyIds: readonly string[] | null): Promise<number> {
  return (await q.orm.select({ count: sql<number>`COUNT(*)` }).from(teams).where(amongTeams(onlyIds)))[0]!.count;
}

export async function insertTeam(tx: Tx, row: TeamRow): Promise<void> {
  await tx.orm.insert(teams).values(row);
}

export async function updateTeamRow(tx: Tx, id: string, changes: { name: string; capacity: number | null }): Promise<void> {
  await tx.orm.update(teams).set(changes).where(eq(teams.id, id));
}

/** Pairs of agent and team, for these agents. */
export async function selectMemberships(q: Queryable, agentIds: readonly string[]): Promise<{ agentId: string; teamId: string }[]> {
  return agentIds.length === 0 ? [] : q.orm.select().from(agentTeams).where(inList(agentTeams.agentId, agentIds));
}

/** Agents of these teams, disabled ones too, with one row for each membership. */
export async function selectMembers(q: Queryable, teamIds: readonly string[]): Promise<{ agent: AgentRow; teamId: string }[]> {
  if (teamIds.length === 0) return [];
  return q.orm.select({ agent: agents, teamId: agentTeams.teamId }).from(agentTeams)
    .innerJoin(agents, eq(agents.id, agentTeams.agentId)).where(inList(agentTeams.teamId, teamIds)).orderBy(asc(agents.id));
}

export async function replaceTeams(tx: Tx, agentId: string, teamIds: readonly string[]): Promise<void> {
  await tx.orm.delete(agentTeams).where(eq(agentTeams.agentId, agentId));
  if (teamIds.length) await tx.orm.insert(agentTeams).values(teamIds.map((teamId) => ({ agentId, teamId })));
}

/** How many members of each team are ONLINE. */
export async function countOnline(q: Queryable, teamIds: readonly string[]): Promise<Map<string, number>> {
  if (teamIds.length === 0) return new Map();
  const rows = await q.orm.select({ teamId: agentTeams.teamId, count: sql<number>`COUNT(*)` }).from(agentTeams)
    .innerJoin(agentPresence, eq(agentPresence.agentId, agentTeams.agentId))
    .where(and(inList(agentTeams.teamId, teamIds), eq(agentPresence.presence, 'ONLINE'))).groupBy(agentTeams.teamId);
  return new Map(rows.map((row) => [row.teamId, Number(row.count)]));
}

export async function selectSettings(q: Queryable, agentId: string): Promise<unknown> {
  return (await q.orm.select().from(agentSettings).where(eq(agentSettings.agentId, agentId)))[0]?.settings ?? null;
}

export async function storeSettings(tx: Tx, agentId: string, settings: unknown): Promise<void> {
  await tx.orm.insert(agentSettings).values({ agentId, settings }).onDuplicateKeyUpdate({ set: { settings } });
}

/** Enabled agents with the grants of each of their roles, one row for each role held. */
export async function selectGrantsOfEnabled(q: Queryable) {
  return q.orm.select({ agentId: agents.id, roleId: roles.id, grants: roles.grants }).from(agents)
    .innerJoin(agentRoles, eq(agentRoles.agentId, agents.id)).innerJoin(roles, eq(roles.id, agentRoles.roleId)).where(eq(agents.isEnabled, true));
}
