import { inList, type Queryable, type Tx } from '@careline/kit/db';
import { asc, eq } from 'drizzle-orm';
import { queues, queueTeams } from './routing.tables.ts';

export type QueueRow = typeof queues.$inferSelect;

/** Queues by id; unknown ids are absent. */
export async function selectQueues(q: Queryable, ids: readonly string[]): Promise<Map<string, QueueRow>> {
  if (ids.length === 0) return new Map();
  const rows = await q.orm.select().from(queues).where(inList(queues.id, ids));
  return new Map(rows.map((row) => [row.id, row]));
}

/** Every queue by name. There are a handful. */
export function selectAllQueues(q: Queryable): Promise<QueueRow[]> {
  return q.orm.select().from(queues).orderBy(asc(queues.name), asc(queues.id));
}

export async function selectQueueByKey(q: Queryable, key: string): Promise<QueueRow | null> {
  const [row] = await q.orm.select().from(queues).where(eq(queues.key, key));
  return row ?? null;
}

/** The queue, held until the transaction ends: of two savers the second sees what the first wrote. */
export async function lockQueue(tx: Tx, id: string): Promise<QueueRow | null> {
  const [row] = await tx.orm.select().from(queues).where(eq(queues.id, id)).for('update');
  return row ?? null;
}

export async function insertQueue(tx: Tx, row: QueueRow): Promise<void> {
  await tx.orm.insert(queues).values(row);
}

export async function updateQueue(tx: Tx, row: QueueRow): Promise<void> {
  const { id, key: _key, createdAt: _createdAt, ...changes } = row;
  await tx.orm.update(queues).set(changes).where(eq(queues.id, id));
}

/** Ids of the teams of queues, in the order in which they are asked; every queue asked for has an entry. */
export async function selectTeamsOfQueues(q: Queryable, queueIds: readonly string[]): Promise<Map<string, string[]>> {
  const teams = new Map<string, string[]>(queueIds.map((id) => [id, []]));
  if (queueIds.length === 0) return teams;
  const rows = await q.orm.select().from(queueTeams).where(inList(queueTeams.queueId, queueIds)).orderBy(asc(queueTeams.position));
  for (const row of rows) teams.get(row.queueId)!.push(row.teamId);
  return teams;
}

/** Ids of the queues that any of these teams serves. */
export async function selectQueuesOfTeams(q: Queryable, teamIds: readonly string[]): Promise<string[]> {
  if (teamIds.length === 0) return [];
  const rows = await q.orm.selectDistinct({ id: queueTeams.queueId }).from(queueTeams).where(inList(queueTeams.teamId, teamIds));
  return rows.map(({ id }) => id);
}

/** Ids of the queues that are open by these business hours. */
export async function selectQueuesUnderHours(q: Queryable, businessHoursId: string): Promise<string[]> {
  return (await q.orm.select({ id: queues.id }).from(queues).where(eq(queues.businessHoursId, businessHoursId))).map(({ id }) => id);
}

export async function replaceTeamsOfQueue(tx: Tx, queueId: string, teamIds: readonly string[]): Promise<void> {
  await tx.orm.delete(queueTeams).where(eq(queueTeams.queueId, queueId));
  if (teamIds.length > 0) await tx.orm.insert(queueTeams).values(teamIds.map((teamId, position) => ({ queueId, teamId, position })));
}
