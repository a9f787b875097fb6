import { idToBinary, inList, type Queryable, toSqlInstant, type Tx } from '@careline/kit/db';
import { and, eq, gt, isNull, lt } from 'drizzle-orm';
import { visitRefreshTokens, visits } from './customer.tables.ts';

export type VisitRow = typeof visits.$inferSelect;
export type VisitTokenRow = typeof visitRefreshTokens.$inferSelect;

export async function insertVisit(tx: Tx, row: VisitRow): Promise<void> {
  await tx.orm.insert(visits).values(row);
}

export async function selectVisits(q: Queryable, ids: readonly string[]): Promise<VisitRow[]> {
  return ids.length === 0 ? [] : q.orm.select().from(visits).where(inList(visits.id, ids));
}

export async function lockVisit(tx: Tx, id: string): Promise<VisitRow | null> {
  return (await tx.orm.select().from(visits).where(eq(visits.id, id)).for('update'))[0] ?? null;
}

export async function updateVisit(tx: Tx, id: string, changes: Partial<VisitRow>): Promise<void> {
  await tx.orm.update(visits).set(changes).where(eq(visits.id, id));
}

/** Adds a refresh token behind the others of its visit. The caller holds the lock of the visit, or has just made it. */
export async function insertVisitToken(tx: Tx, row: { tokenHash: Buffer; visitId: string; issuedAt: number }): Promise<void> {
  const [last] = await tx.query<{ number: number | null }>('/* lastVisitToken */ SELECT MAX(number) AS number FROM visit_refresh_tokens WHERE visit_id = ?', [idToBinary(row.visitId)]);
  await tx.orm.insert(visitRefreshTokens).values({ ...row, number: (last?.number ?? 0) + 1, usedAt: null });
}

export async function selectVisitToken(q: Queryable, tokenHash: Buffer): Promise<VisitTokenRow | null> {
  return (await q.orm.select().from(visitRefreshTokens).where(eq(visitRefreshTokens.tokenHash, tokenHash)))[0] ?? null;
}

export async function useVisitToken(tx: Tx, tokenHash: Buffer, now: number): Promise<void> {
  await tx.orm.update(visitRefreshTokens).set({ usedAt: now }).where(and(eq(visitRefreshTokens.tokenHash, tokenHash), isNull(visitRefreshTokens.usedAt)));
}

/** Whether a later token of the visit was used: then an older one that comes again is a copy. */
export async function hasUsedSuccessor(q: Queryable, { visitId, number }: VisitTokenRow): Promise<boolean> {
  const [row] = await q.query(
    '/* hasUsedSuccessor */ SELECT 1 FROM visit_refresh_tokens WHERE visit_id = ? AND number > ? AND used_at IS NOT NULL LIMIT 1', [idToBinary(visitId), number]);
  return row !== undefined;
}

/** Removes unused tokens that followed this one before a moment: their answers were lost, nobody may find and use them. */
export async function dropUnusedSuccessors(tx: Tx, { visitId, number }: VisitTokenRow, issuedBefore: number): Promise<void> {
  await tx.orm.delete(visitRefreshTokens).where(and(
    eq(visitRefreshTokens.visitId, visitId), gt(visitRefreshTokens.number, number), isNull(visitRefreshTokens.usedAt), lt(visitRefreshTokens.issuedAt, issuedBefore)));
}

/** Holds visits online until `until`. */
export async function moveOnline(q: Queryable, visitIds: readonly string[], until: number): Promise<void> {
  if (visitIds.length === 0) return;
  await q.execute('/* moveOnline */ UPDATE visits SET online_until = GREATEST(online_until, ?) WHERE id IN (?)', [toSqlInstant(until), visitIds.map(idToBinary)]);
}

/** Of these customers, those with a page or app connected now. */
export async function selectOnline(q: Queryable, customerIds: readonly string[], now: number): Promise<Set<string>> {
  if (customerIds.length === 0) return new Set();
  const rows = await q.orm.selectDistinct({ id: visits.customerId }).from(visits).where(and(inList(visits.customerId, customerIds), gt(visits.onlineUntil, now)));
  return new Set(rows.map((row) => row.id));
}

/** Removes visits that ran out, with their tokens, at most a batch. */
export async function dropRunOutVisits(tx: Tx, now: number): Promise<void> {
  const gone = (await tx.orm.select({ id: visits.id }).from(visits).where(lt(visits.expiresAt, now)).limit(500)).map((row) => row.id);
  if (gone.length === 0) return;
  await tx.orm.delete(visitRefreshTokens).where(inList(visitRefreshTokens.visitId, gone));
  await tx.orm.delete(visits).where(inList(visits.id, gone));
}
