import DataLoader from 'dataloader';
import type { ConversationsContext } from '../context.ts';
import { countOnline, selectAgents, selectMemberships, selectTeams, type AgentRow, type TeamRow } from './agent.store.ts';
import { NO_PRESENCE } from './presence.ts';
import { selectPresences } from './presence.store.ts';
import { countHolders, selectRoles, selectRolesOfAgents, type RoleRow } from './role.store.ts';

function byId<Row extends { id: string }>(read: (ids: readonly string[]) => Promise<Row[]>): DataLoader<string, Row | null> {
  return new DataLoader(async (ids) => {
    const rows = new Map((await read(ids)).map((row) => [row.id, row]));
    return ids.map((id) => rows.get(id) ?? null);
  });
}

/** Loaders of one request: `ctx.loaders.of(agentLoaders).agent.load(id)`. */
export function agentLoaders({ db }: ConversationsContext) {
  return {
    agent: byId<AgentRow>((ids) => selectAgents(db, ids)),
    team: byId<TeamRow>((ids) => selectTeams(db, ids)),
    role: byId<RoleRow>((ids) => selectRoles(db, ids)),
    presence: new DataLoader(async (ids: readonly string[]) => {
      const rows = new Map((await selectPresences(db, ids)).map((row) => [row.agentId, row]));
      return ids.map((id) => rows.get(id) ?? NO_PRESENCE);
    }),
    teamsOf: new DataLoader(async (ids: readonly string[]) => {
      const memberships = await selectMemberships(db, ids);
      const teams = new Map((await selectTeams(db, [...new Set(memberships.map((row) => row.teamId))])).map((row) => [row.id, row]));
      return ids.map((id) => memberships.filter((row) => row.agentId === id).map((row) => teams.get(row.teamId)!).sort((a, b) => (a.name < b.name ? -1 : 1)));
    }),
    rolesOf: new DataLoader(async (ids: readonly string[]) => {
      const held = await selectRolesOfAgents(db, ids);
      return ids.map((id) => held.filter((row) => row.agentId === id).map((row) => row.role));
    }),
    onlineCount: new DataLoader(async (ids: readonly string[]) => {
      const counts = await countOnline(db, ids);
      return ids.map((id) => counts.get(id) ?? 0);
    }),
    holderCount: new DataLoader(async (ids: readonly string[]) => {
      const counts = await countHolders(db, ids);
      return ids.map((id) => counts.get(id) ?? 0);
    }),
  };
}
