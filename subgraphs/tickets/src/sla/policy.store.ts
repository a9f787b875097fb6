import { type Queryable, type Tx } from '@careline/kit/db';
import type { Page } from '@careline/kit/graphql';
import { and, asc, desc, eq, gt, inArray, isNotNull, lte, max, ne, or, sql } from 'drizzle-orm';
import { keysetAfter, keysetOrder, type KeyPart } from '../keyset.store.ts';
import { slaClocks, slaPolicies, slaPolicyVersions, type DocumentRow, type VersionRow } from './sla.tables.ts';
import { noteInForce } from './terms.store.ts';

const byName: KeyPart[] = [{ name: 'name', by: slaPolicies.name, direction: 'ASC' }, { name: 'id', by: slaPolicies.id, direction: 'ASC' }];
const byNumber: KeyPart[] = [{ name: 'number', by: slaPolicyVersions.number, direction: 'DESC' }];

export async function selectDocuments(q: Queryable, page: Page): Promise<DocumentRow[]> {
  return q.orm.select().from(slaPolicies).where(keysetAfter(byName, page)).orderBy(...keysetOrder(byName, page.isBackward)).limit(page.limit + 1);
}

export async function selectDocument(q: Queryable, id: string): Promise<DocumentRow | null> {
  const [row] = await q.orm.select().from(slaPolicies).where(eq(slaPolicies.id, id));
  return row ?? null;
}

/** The document, held until the transaction ends. */
export async function lockDocument(tx: Tx, id: string): Promise<DocumentRow | null> {
  const [row] = await tx.orm.select().from(slaPolicies).where(eq(slaPolicies.id, id)).for('update');
  return row ?? null;
}

export async function insertDocument(tx: Tx, row: DocumentRow): Promise<void> {
  await tx.orm.insert(slaPolicies).values(row);
}

/** Puts a version in force from `at` on. What was in force or due before it is over: it neither comes back nor counts open tickets any more. */
export async function putInForce(tx: Tx, { id, documentId }: Pick<VersionRow, 'id' | 'documentId'>, at: number): Promise<void> {
  await noteInForce(tx);
  await tx.orm.update(slaPolicies).set({ activeVersionId: id }).where(eq(slaPolicies.id, documentId));
  await tx.orm.update(slaPolicyVersions).set({ plannedScope: null })
    .where(and(eq(slaPolicyVersions.documentId, documentId), ne(slaPolicyVersions.id, id), lte(slaPolicyVersions.activatedAt, at)));
}

export async function selectVersions(q: Queryable, documentId: string, page: Page): Promise<VersionRow[]> {
  return q.orm.select().from(slaPolicyVersions).where(and(eq(slaPolicyVersions.documentId, documentId), keysetAfter(byNumber, page)))
    .orderBy(...keysetOrder(byNumber, page.isBackward)).limit(page.limit + 1);
}

export async function selectVersion(q: Queryable, id: string): Promise<VersionRow | null> {
  const [row] = await q.orm.select().from(slaPolicyVersions).where(eq(slaPolicyVersions.id, id));
  return row ?? null;
}

/** The newest version of a document. */
export async function newestVersion(q: Queryable, documentId: string): Promise<VersionRow | null> {
  const [row] = await q.orm.select().from(slaPolicyVersions).where(eq(slaPolicyVersions.documentId, documentId)).orderBy(desc(slaPolicyVersions.number)).limit(1);
  return row ?? null;
}

export async function insertVersion(tx: Tx, row: VersionRow): Promise<void> {
  await tx.orm.insert(slaPolicyVersions).values(row);
}

export async function updateVersion(tx: Tx, id: string, changes: Partial<VersionRow>): Promise<void> {
  await tx.orm.update(slaPolicyVersions).set(changes).where(eq(slaPolicyVersions.id, id));
}

/** Versions whose planned moment has come although another one, or none, is in force. */
export async function dueVersions(q: Queryable, now: number): Promise<VersionRow[]> {
  const rows = await q.orm.select({ version: slaPolicyVersions }).from(slaPolicyVersions).innerJoin(slaPolicies, eq(slaPolicies.id, slaPolicyVersions.documentId))
    .where(and(isNotNull(slaPolicyVersions.plannedScope), lte(slaPolicyVersions.activatedAt, now), or(sql`${slaPolicies.activeVersionId} IS NULL`, ne(slaPolicies.activeVersionId, slaPolicyVersions.id))))
    .orderBy(asc(slaPolicyVersions.activatedAt));
  return rows.map(({ version }) => version);
}

/** The version in force by which open tickets are still to be counted anew; null when there is none. */
export async function versionToRetarget(q: Queryable, now: number): Promise<VersionRow | null> {
  const [row] = await q.orm.select({ version: slaPolicyVersions }).from(slaPolicyVersions).innerJoin(slaPolicies, eq(slaPolicies.activeVersionId, slaPolicyVersions.id))
    .where(and(eq(slaPolicyVersions.plannedScope, 'RETARGET_OPEN'), lte(slaPolicyVersions.activatedAt, now))).limit(1);
  return row?.version ?? null;
}

/** Open tickets are counted by the version now. */
export async function endRetargeting(tx: Tx, versionId: string): Promise<void> {
  await updateVersion(tx, versionId, { plannedScope: null });
}

/** The version among a clock's terms, as the engine keeps it. */
const POLICY_VERSION = sql`policy_version_id`;

/** How many tickets have a clock of any of these versions that has not ended. */
export async function countOpenUnder(q: Queryable, versionIds: readonly string[]): Promise<number> {
  if (versionIds.length === 0) return 0;
  const [row] = await q.orm.select({ count: sql<number>`COUNT(DISTINCT ${slaClocks.ticketId})` }).from(slaClocks)
    .where(and(eq(slaClocks.isGoing, 1), inArray(POLICY_VERSION, [...versionIds])));
  return Number(row!.count);
}

/** How many tickets, or conversations, that began since `from` were promised something by a policy of a version, by its place. */
export async function countTicketsOf(q: Queryable, versionId: string, from: number): Promise<Map<number, number>> {
  const place = sql<number>`JSON_EXTRACT(${slaClocks.terms}, '$.place')`;
  const rows = await q.orm.select({ place, count: sql<number>`COUNT(DISTINCT COALESCE(${slaClocks.ticketId}, ${slaClocks.conversationId}))` }).from(slaClocks)
    .where(and(gt(slaClocks.startedAt, from), eq(POLICY_VERSION, versionId))).groupBy(place);
  return new Map(rows.map((row) => [Number(row.place), Number(row.count)]));
}

export async function nextVersionNumber(tx: Tx, documentId: string): Promise<number> {
  const [row] = await tx.orm.select({ last: max(slaPolicyVersions.number) }).from(slaPolicyVersions).where(eq(slaPolicyVersions.documentId, documentId));
  return (row?.last ?? 0) + 1;
}
