import type { Queryable, Tx } from '@careline/kit/db';
import type { Page } from '@careline/kit/graphql';
import { and, eq, sql } from 'drizzle-orm';
import { keysetAfter, keysetOrder, type KeyPart } from '../keyset.store.ts';
import { businessHours, businessHoursVersions, slaClocks, type HoursRow, type HoursVersionRow } from './sla.tables.ts';

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
  await tx.orm.insert(businessHours).values(row);
}

export async function updateHours(tx: Tx, { id, ...row }: HoursRow): Promise<void> {
  await tx.orm.update(businessHours).set(row).where(eq(businessHours.id, id));
}

export async function insertHoursVersion(tx: Tx, row: HoursVersionRow): Promise<void> {
  await tx.orm.insert(businessHoursVersions).values(row);
}

/** Tickets with a clock that has not ended and is counted by these hours. */
export async function ticketsUnderHours(q: Queryable, hoursId: string): Promise<string[]> {
  const rows = await q.orm.selectDistinct({ id: slaClocks.ticketId }).from(slaClocks)
    .where(and(eq(slaClocks.isGoing, 1), sql`JSON_UNQUOTE(JSON_EXTRACT(${slaClocks.terms}, '$.hoursId')) = ${hoursId}`));
  return rows.map(({ id }) => id);
}
