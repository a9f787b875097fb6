import { inList, type Queryable, type Tx } from '@careline/kit/db';
import type { Page } from '@careline/kit/graphql';
import { and, asc, count, eq, gt, sql } from 'drizzle-orm';
import { keysetAfter, keysetOrder, type KeyPart } from '../keyset.store.ts';
import type { ClockSubject } from './clock.store.ts';
import { businessHours, businessHoursVersions, slaClocks, type HoursRow, type HoursVersionRow } from './sla.tables.ts';
import { noteInForce } from './terms.store.ts';

const byName: KeyPart[] = [{ name: 'name', by: businessHours.name, direction: 'ASC' }, { name: 'id', by: businessHours.id, direction: 'ASC' }];

/** Business hours with their newest version. */
export type HoursWithContent = HoursRow & Pick<HoursVersionRow, 'content'>;

const withContent = (q: Queryable) => q.orm.select({ hours: businessHours, content: businessHoursVersions.content }).from(businessHours)
  .innerJoin(businessHoursVersions, and(eq(businessHoursVersions.hoursId, businessHours.id), eq(businessHoursVersions.version, businessHours.version)));
const flat = ({ hours, content }: { hours: HoursRow; content: HoursVersionRow['content'] }): HoursWithContent => ({ ...hours, content });

export async function selectHoursPage(q: Queryable, page: Page): Promise<HoursWithContent[]> {
  return (await withContent(q).where(keysetAfter(byName, page)).orderBy(...keysetOrder(byName, page.isBackward)).limit(page.limit + 1)).map(flat);
}

/** All business hours; there are few. */
export async function selectAllHours(q: Queryable): Promise<HoursWithContent[]> {
  return (await withContent(q)).map(flat);
}

export async function lockHours(tx: Tx, id: string): Promise<HoursRow | null> {
  const [row] = await tx.orm.select().from(businessHours).where(eq(businessHours.id, id)).for('update');
  return row ?? null;
}

export async function insertHours(tx: Tx, row: HoursRow): Promise<void> {
  await noteInForce(tx);
  await tx.orm.insert(businessHours).values(row);
}

export async function updateHours(tx: Tx, { id, ...row }: HoursRow): Promise<void> {
  await noteInForce(tx);
  await tx.orm.update(businessHours).set(row).where(eq(businessHours.id, id));
}

export async function insertHoursVersion(tx: Tx, row: HoursVersionRow): Promise<void> {
  await tx.orm.insert(businessHoursVersions).values(row);
}

/** What a version of hours says, and when the first one was saved. */
export async function hoursHistory(tx: Tx, hoursId: string, version: number): Promise<{ content: HoursVersionRow['content']; since: number }> {
  const rows = await tx.orm.select().from(businessHoursVersions)
    .where(and(eq(businessHoursVersions.hoursId, hoursId), inList(businessHoursVersions.version, [1, version]))).orderBy(asc(businessHoursVersions.version));
  return { content: rows.at(-1)!.content, since: rows[0]!.savedAt };
}

const underHours = (hoursId: string) => and(eq(slaClocks.isGoing, 1), sql`JSON_UNQUOTE(JSON_EXTRACT(${slaClocks.terms}, '$.hoursId')) = ${hoursId}`);

/** How many clocks have not ended and are counted by these hours, of whichever version. */
export async function countClocksUnderHours(q: Queryable, hoursId: string): Promise<number> {
  const [row] = await q.orm.select({ count: count() }).from(slaClocks).where(underHours(hoursId));
  return row!.count;
}

/** Clocks that have not ended and are counted by an older version of these hours, in the order of their ids from one on. */
export async function clocksUnderOlderHours(q: Queryable, { id, version }: HoursRow, after: string | null, limit: number): Promise<(ClockSubject & { id: string })[]> {
  return q.orm.select({ id: slaClocks.id, ticketId: slaClocks.ticketId, conversationId: slaClocks.conversationId }).from(slaClocks)
    .where(and(underHours(id), sql`JSON_EXTRACT(${slaClocks.terms}, '$.hoursVersion') < ${version}`, after ? gt(slaClocks.id, after) : undefined))
    .orderBy(asc(slaClocks.id)).limit(limit);
}

/** Hours by whose newest version open tickets are still to be counted; null when there are none. */
export async function hoursToRetarget(q: Queryable): Promise<HoursRow | null> {
  const [row] = await q.orm.select().from(businessHours).where(eq(businessHours.isRetargeting, 1)).limit(1);
  return row ?? null;
}

/** Open tickets are counted by this version of the hours now; one that was saved meanwhile has its own turn. */
export async function endHoursRetargeting(tx: Tx, { id, version }: HoursRow): Promise<void> {
  await tx.orm.update(businessHours).set({ isRetargeting: 0 }).where(and(eq(businessHours.id, id), eq(businessHours.version, version)));
}
