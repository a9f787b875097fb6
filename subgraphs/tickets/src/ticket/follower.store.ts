import { inList, type Queryable, type Tx } from '@careline/kit/db';
import { asc, eq } from 'drizzle-orm';
import { ticketFollowers } from './ticket.tables.ts';

/** Agents who are told of changes, by ticket. */
export async function followersOf(q: Queryable, ticketIds: readonly string[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  if (ticketIds.length === 0) return found;
  const rows = await q.orm.select().from(ticketFollowers).where(inList(ticketFollowers.ticketId, ticketIds)).orderBy(asc(ticketFollowers.ticketId), asc(ticketFollowers.agentId));
  for (const { ticketId, agentId } of rows) found.set(ticketId, [...(found.get(ticketId) ?? []), agentId]);
  return found;
}

export async function replaceFollowers(tx: Tx, ticketId: string, agentIds: readonly string[]): Promise<void> {
  await tx.orm.delete(ticketFollowers).where(eq(ticketFollowers.ticketId, ticketId));
  if (agentIds.length > 0) await tx.orm.insert(ticketFollowers).values(agentIds.map((agentId) => ({ ticketId, agentId })));
}
