import { inList, type Queryable, type Tx } from '@careline/kit/db';
import { and, asc, eq, or, sql } from 'drizzle-orm';
import { ticketConversations, ticketLinks, tickets, type LinkKind } from './ticket.tables.ts';

/** A link as it is told from one of its tickets. */
export interface LinkSeen {
  kind: LinkKind;
  otherId: string;
  /** It was made from the other ticket. */
  isReversed: boolean;
  linkedAt: number;
}

type LinkRow = typeof ticketLinks.$inferSelect;

const between = (one: string, other: string) => or(
  and(eq(ticketLinks.ticketId, one), eq(ticketLinks.otherId, other)),
  and(eq(ticketLinks.ticketId, other), eq(ticketLinks.otherId, one)),
);

/** Links of tickets from their side, the newest first. */
export async function linksOf(q: Queryable, ticketIds: readonly string[]): Promise<Map<string, LinkSeen[]>> {
  const found = new Map<string, LinkSeen[]>(ticketIds.map((id) => [id, []]));
  if (ticketIds.length === 0) return found;
  const own = await q.orm.select().from(ticketLinks).where(inList(ticketLinks.ticketId, ticketIds));
  const reversed = await q.orm.select().from(ticketLinks).where(inList(ticketLinks.otherId, ticketIds));
  for (const { ticketId, otherId, kind, linkedAt } of own) found.get(ticketId)!.push({ kind, otherId, isReversed: false, linkedAt });
  for (const { ticketId, otherId, kind, linkedAt } of reversed) found.get(otherId)!.push({ kind, otherId: ticketId, isReversed: true, linkedAt });
  for (const links of found.values()) links.sort((one, other) => other.linkedAt - one.linkedAt);
  return found;
}

/** The link between two tickets, whichever way it is told; null when there is none. */
export async function linkBetween(q: Queryable, one: string, other: string): Promise<LinkRow | null> {
  const [row] = await q.orm.select().from(ticketLinks).where(between(one, other));
  return row ?? null;
}

export async function countLinks(q: Queryable, ticketId: string): Promise<number> {
  const [row] = await q.orm.select({ count: sql<number>`COUNT(*)` }).from(ticketLinks).where(or(eq(ticketLinks.ticketId, ticketId), eq(ticketLinks.otherId, ticketId)));
  return Number(row!.count);
}

export async function deleteLink(tx: Tx, one: string, other: string): Promise<void> {
  await tx.orm.delete(ticketLinks).where(between(one, other));
}

export async function insertLink(tx: Tx, row: LinkRow): Promise<void> {
  await tx.orm.insert(ticketLinks).values(row);
}

/** Links two tickets, unless somebody has linked them already. */
export async function insertMissingLink(tx: Tx, row: LinkRow): Promise<void> {
  if (!(await linkBetween(tx, row.ticketId, row.otherId))) await insertLink(tx, row);
}

/** Takes a link of one kind away; another one between the same tickets stays. */
export async function deleteLinkOf(tx: Tx, { ticketId, otherId, kind }: Omit<LinkRow, 'linkedAt'>): Promise<void> {
  await tx.orm.delete(ticketLinks).where(and(eq(ticketLinks.ticketId, ticketId), eq(ticketLinks.otherId, otherId), eq(ticketLinks.kind, kind)));
}

/** Links a conversation; one that is linked already stays so. */
export async function insertConversation(tx: Tx, ticketId: string, conversationId: string): Promise<void> {
  await tx.orm.insert(ticketConversations).values({ ticketId, conversationId });
}

/** Whether any ticket is a child of this one. */
export async function hasChildren(q: Queryable, ticketId: string): Promise<boolean> {
  const rows = await q.orm.select({ id: tickets.id }).from(tickets).where(eq(tickets.parentId, ticketId)).orderBy(asc(tickets.id)).limit(1);
  return rows.length > 0;
}
