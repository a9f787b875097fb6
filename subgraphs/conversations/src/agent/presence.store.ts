import { idToBinary, inList, type Queryable, toSqlInstant, type Tx } from '@careline/kit/db';
import type { AgentRow } from './agent.store.ts';
import { and, eq, isNull, lt, lte, ne, or } from 'drizzle-orm';
import { agentPresence, agents, type Presence } from './agent.tables.ts';

export type PresenceRow = typeof agentPresence.$inferSelect;

export async function selectPresences(q: Queryable, agentIds: readonly string[]): Promise<PresenceRow[]> {
  return agentIds.length === 0 ? [] : q.orm.select().from(agentPresence).where(inList(agentPresence.agentId, agentIds));
}

/** The row of one agent, locked; made as OFFLINE when there is none. */
export async function lockPresence(tx: Tx, agentId: string, now: number): Promise<PresenceRow> {
  await tx.execute(
    `/* makePresence */ INSERT INTO agent_presence (agent_id, presence, chosen, since, lease_until) VALUES (?, 'OFFLINE', 'OFFLINE', ?, ?)
     ON DUPLICATE KEY UPDATE agent_id = agent_id`, [idToBinary(agentId), toSqlInstant(now), toSqlInstant(now)]);
  return (await tx.orm.select().from(agentPresence).where(eq(agentPresence.agentId, agentId)).for('update'))[0]!;
}

export async function storePresence(tx: Tx, agentId: string, changes: Partial<Omit<PresenceRow, 'agentId'>>): Promise<void> {
  await tx.orm.update(agentPresence).set(changes).where(eq(agentPresence.agentId, agentId));
}

/** Moves the lease of an agent who is not OFFLINE; false when there is nothing to move. */
export async function moveLease(q: Queryable, agentId: string, leaseUntil: number): Promise<boolean> {
  const written = await q.execute("/* movePresenceLease */ UPDATE agent_presence SET lease_until = ? WHERE agent_id = ? AND presence <> 'OFFLINE'", [toSqlInstant(leaseUntil), idToBinary(agentId)]);
  return written.affectedRows === 1;
}

/** Agents whose lease ran out while they counted as present. */
export async function selectLost(q: Queryable, now: number): Promise<string[]> {
  const rows = await q.orm.select({ id: agentPresence.agentId }).from(agentPresence)
    .where(and(ne(agentPresence.presence, 'OFFLINE' satisfies Presence), lt(agentPresence.leaseUntil, now))).limit(200);
  return rows.map((row) => row.id);
}

export async function selectOnline(q: Queryable): Promise<AgentRow[]> {
  const rows = await q.orm.select({ agent: agents }).from(agentPresence).innerJoin(agents, eq(agents.id, agentPresence.agentId))
    .where(and(eq(agentPresence.presence, 'ONLINE'), eq(agents.isEnabled, true))).orderBy(agents.id);
  return rows.map((row) => row.agent);
}

export async function selectIdle(q: Queryable, before: number): Promise<string[]> {
  const rows = await q.orm.select({ id: agents.id }).from(agents).leftJoin(agentPresence, eq(agentPresence.agentId, agents.id))
    .where(or(eq(agents.isEnabled, false), isNull(agentPresence.agentId), and(eq(agentPresence.presence, 'OFFLINE'), lte(agentPresence.since, before))));
  return rows.map((row) => row.id);
}
