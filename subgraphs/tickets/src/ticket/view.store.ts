import { parseId, type Queryable, type Tx } from '@careline/kit/db';
import { and, asc, eq, inArray, or, type SQL } from 'drizzle-orm';
import { ticketViews, type ViewRow, type ViewSharing } from './ticket.tables.ts';
import type { ViewOwner } from './view.rules.ts';

/** Those of an agent, those of the agent's teams and those of everybody; each in their order. */
export async function viewsFor(q: Queryable, { agentId, teamIds }: ViewOwner): Promise<ViewRow[]> {
  const { ownerAgentId, sharing, teamId } = ticketViews;
  const ofTeams = teamIds.length > 0 ? and(eq(sharing, 'TEAM'), inArray(teamId, [...teamIds])) : undefined;
  const rows = await q.orm.select().from(ticketViews).where(or(and(eq(ownerAgentId, agentId), eq(sharing, 'ME')), ofTeams, eq(sharing, 'ALL')))
    .orderBy(asc(ticketViews.place), asc(ticketViews.id));
  const order: ViewSharing[] = ['ME', 'TEAM', 'ALL'];
  return order.flatMap((wanted) => rows.filter((row) => row.sharing === wanted));
}

export async function viewById(q: Queryable, id: string): Promise<ViewRow | null> {
  if (!parseId('tvw', id)) return null;
  const [row] = await q.orm.select().from(ticketViews).where(eq(ticketViews.id, id));
  return row ?? null;
}

/** A view, held until the transaction ends. */
export async function lockView(tx: Tx, id: string): Promise<ViewRow | null> {
  if (!parseId('tvw', id)) return null;
  const [row] = await tx.orm.select().from(ticketViews).where(eq(ticketViews.id, id)).for('update');
  return row ?? null;
}

/** The views that stand in one order with this one, it included; held until the transaction ends. */
export async function lockSiblings(tx: Tx, { ownerAgentId, sharing, teamId }: Pick<ViewRow, 'ownerAgentId' | 'sharing' | 'teamId'>): Promise<ViewRow[]> {
  const among: Record<ViewSharing, SQL | undefined> = { ME: eq(ticketViews.ownerAgentId, ownerAgentId), TEAM: teamId ? eq(ticketViews.teamId, teamId) : undefined, ALL: undefined };
  return tx.orm.select().from(ticketViews).where(and(eq(ticketViews.sharing, sharing), among[sharing])).orderBy(asc(ticketViews.place), asc(ticketViews.id)).for('update');
}

export async function insertView(tx: Tx, row: ViewRow): Promise<void> {
  await tx.orm.insert(ticketViews).values(row);
}

export async function updateView(tx: Tx, { id, ...row }: ViewRow): Promise<void> {
  await tx.orm.update(ticketViews).set(row).where(eq(ticketViews.id, id));
}

export async function placeView(tx: Tx, id: string, place: number): Promise<void> {
  await tx.orm.update(ticketViews).set({ place }).where(eq(ticketViews.id, id));
}

export async function deleteView(tx: Tx, id: string): Promise<void> {
  await tx.orm.delete(ticketViews).where(eq(ticketViews.id, id));
}
