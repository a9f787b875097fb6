import { inList, parseId, type Queryable, type Tx } from '@careline/kit/db';
import type { Instant } from '@careline/kit/time';
import { and, eq, isNotNull, isNull, lt, lte, sql } from 'drizzle-orm';
import { attachments, blobs, type AttachmentRow, type BlobRow, type StoredAttachment } from './attachment.tables.ts';

async function withBlobs(q: Queryable, condition: ReturnType<typeof and>, limit = 1_000): Promise<StoredAttachment[]> {
  const rows = await q.orm.select({ attachment: attachments, blob: blobs }).from(attachments)
    .innerJoin(blobs, eq(blobs.id, attachments.blobId)).where(condition).limit(limit);
  return rows.map(({ attachment, blob }) => ({ ...attachment, blob }));
}

/** Attachments by id, in any order; ids of nothing are left out. */
export async function attachmentsById(q: Queryable, ids: readonly string[]): Promise<StoredAttachment[]> {
  const known = ids.filter((id) => parseId('att', id));
  return known.length === 0 ? [] : withBlobs(q, inList(attachments.id, known));
}

export async function attachmentByClientId(q: Queryable, ownerId: string, clientUploadId: string): Promise<StoredAttachment | null> {
  return (await withBlobs(q, and(eq(attachments.ownerId, ownerId), eq(attachments.clientUploadId, clientUploadId)), 1))[0] ?? null;
}

/** A complete file of the owner with the same content, held until the transaction ends; null when there is none. */
export async function equalBlob(tx: Tx, ownerId: string, digest: Buffer, size: number): Promise<BlobRow | null> {
  const [row] = await tx.orm.select().from(blobs)
    .where(and(eq(blobs.ownerId, ownerId), eq(blobs.digest, digest), eq(blobs.bytes, size), isNotNull(blobs.completedAt))).limit(1).for('update');
  return row ?? null;
}

/** How many uploads of an owner nothing uses yet. */
export async function countUnlinked(q: Queryable, ownerId: string): Promise<number> {
  const [row] = await q.orm.select({ count: sql<number>`COUNT(*)` }).from(attachments).where(and(eq(attachments.ownerId, ownerId), isNull(attachments.linkedAt)));
  return Number(row!.count);
}

export async function insertBlob(tx: Tx, row: Pick<BlobRow, 'id' | 'ownerId' | 'sealedKey' | 'bytes' | 'createdAt'>): Promise<BlobRow> {
  const blob: BlobRow = { ...row, receivedBytes: 0, fence: 0, contentType: null, digest: null, completedAt: null, scanDueAt: null, lateScanDueAt: null, finding: null };
  await tx.orm.insert(blobs).values(blob);
  return blob;
}

export async function insertAttachment(tx: Tx, row: AttachmentRow): Promise<void> {
  await tx.orm.insert(attachments).values(row);
}

/** Begins an attempt to send; false when another began meanwhile. The one before can store nothing from now on. */
export async function beginAttempt(q: Queryable, blob: BlobRow, receivedBytes: number): Promise<boolean> {
  const [result] = await q.orm.update(blobs).set({ fence: blob.fence + 1, receivedBytes })
    .where(and(eq(blobs.id, blob.id), eq(blobs.fence, blob.fence), isNull(blobs.completedAt)));
  return result.affectedRows === 1;
}

/** Notes how much of an attempt is on disk; false when a later attempt took over. */
export async function noteReceived(q: Queryable, blobId: string, fence: number, receivedBytes: number): Promise<boolean> {
  const [result] = await q.orm.update(blobs).set({ receivedBytes }).where(and(eq(blobs.id, blobId), eq(blobs.fence, fence), isNull(blobs.completedAt)));
  return result.affectedRows === 1;
}

export async function completeBlob(
  q: Queryable, blobId: string, fence: number, found: Pick<BlobRow, 'receivedBytes' | 'completedAt' | 'scanDueAt' | 'lateScanDueAt'> & { contentType: string; digest: Buffer },
): Promise<boolean> {
  const [result] = await q.orm.update(blobs).set(found).where(and(eq(blobs.id, blobId), eq(blobs.fence, fence), isNull(blobs.completedAt)));
  return result.affectedRows === 1;
}

/** Attachments, held until the transaction ends, so that they are not swept away while something links them. */
export async function lockAttachments(tx: Tx, ids: readonly string[]): Promise<StoredAttachment[]> {
  const known = ids.filter((id) => parseId('att', id));
  if (known.length === 0) return [];
  await tx.orm.select({ id: attachments.id }).from(attachments).where(inList(attachments.id, known)).orderBy(attachments.id).for('update');
  return attachmentsById(tx, known);
}

export async function markLinked(tx: Tx, ids: readonly string[], at: Instant): Promise<void> {
  if (ids.length > 0) await tx.orm.update(attachments).set({ linkedAt: at }).where(and(inList(attachments.id, ids), isNull(attachments.linkedAt)));
}

/** Removes an attachment nothing uses; false when something does, or it is gone. */
export async function deleteUnlinked(tx: Tx, id: string): Promise<boolean> {
  const [result] = await tx.orm.delete(attachments).where(and(eq(attachments.id, id), isNull(attachments.linkedAt)));
  return result.affectedRows === 1;
}

export async function staleAttachments(q: Queryable, before: Instant, limit: number): Promise<StoredAttachment[]> {
  return withBlobs(q, and(isNull(attachments.linkedAt), lt(attachments.createdAt, before)), limit);
}

/** Removes the row of a content no attachment points to; false when one does. */
export async function deleteUnusedBlob(tx: Tx, blobId: string): Promise<boolean> {
  // Under the row's lock: who is about to share the content holds it too (equalBlob).
  await tx.orm.select({ id: blobs.id }).from(blobs).where(eq(blobs.id, blobId)).for('update');
  const [user] = await tx.orm.select({ id: attachments.id }).from(attachments).where(eq(attachments.blobId, blobId)).limit(1);
  if (user) return false;
  const [result] = await tx.orm.delete(blobs).where(eq(blobs.id, blobId));
  return result.affectedRows === 1;
}

/**
 * Gives the attachments of a content that just arrived to an equal one the owner has, which is then the only one; null when
 * there is none. False when a later attempt took the arrival over.
 */
export async function joinEqualBlob(tx: Tx, arrived: BlobRow, fence: number, digest: Buffer): Promise<BlobRow | null | false> {
  const [held] = await tx.orm.select().from(blobs)
    .where(and(eq(blobs.id, arrived.id), eq(blobs.fence, fence), isNull(blobs.completedAt))).for('update');
  if (!held) return false;
  const equal = await equalBlob(tx, arrived.ownerId, digest, arrived.bytes);
  if (!equal) return null;
  await tx.orm.update(attachments).set({ blobId: equal.id }).where(eq(attachments.blobId, arrived.id));
  await tx.orm.delete(blobs).where(eq(blobs.id, arrived.id));
  return equal;
}

/** Complete contents whose scan is due, the longest waiting first. */
export async function blobsToScan(q: Queryable, now: Instant, limit: number): Promise<BlobRow[]> {
  return q.orm.select().from(blobs).where(lte(blobs.scanDueAt, now)).orderBy(blobs.scanDueAt).limit(limit);
}

export async function postponeScan(q: Queryable, blobId: string, until: Instant): Promise<void> {
  await q.orm.update(blobs).set({ scanDueAt: until }).where(and(eq(blobs.id, blobId), isNotNull(blobs.scanDueAt)));
}

/** Keeps what a scan found, null for nothing; false when no scan was owed. `lateScanDueAt`: there was no scan, and from when on one may be made up for. */
export async function storeVerdict(tx: Tx, blobId: string, finding: string | null, lateScanDueAt: Instant | null): Promise<boolean> {
  const [result] = await tx.orm.update(blobs).set({ scanDueAt: null, lateScanDueAt, finding: finding?.slice(0, 200) ?? null }).where(and(eq(blobs.id, blobId), isNotNull(blobs.scanDueAt)));
  return result.affectedRows === 1;
}

/** Open contents no scanner ever looked at, the oldest first. */
export async function blobsToScanLate(q: Queryable, now: Instant, limit: number): Promise<BlobRow[]> {
  return q.orm.select().from(blobs).where(lte(blobs.lateScanDueAt, now)).orderBy(blobs.lateScanDueAt, blobs.id).limit(limit);
}

export async function postponeLateScan(q: Queryable, blobId: string, until: Instant): Promise<void> {
  await q.orm.update(blobs).set({ lateScanDueAt: until }).where(and(eq(blobs.id, blobId), isNotNull(blobs.lateScanDueAt)));
}

/** Keeps what a late scan found, null for nothing; false when somebody was faster or the file is gone. */
export async function storeLateVerdict(tx: Tx, blobId: string, finding: string | null): Promise<boolean> {
  const [result] = await tx.orm.update(blobs).set({ lateScanDueAt: null, finding: finding?.slice(0, 200) ?? null }).where(and(eq(blobs.id, blobId), isNotNull(blobs.lateScanDueAt)));
  return result.affectedRows === 1;
}

/** How many open contents no scanner ever looked at, counted up to `max`. */
export async function countUnlooked(q: Queryable, max: number): Promise<number> {
  const [row] = await q.query<{ found: number }>(`SELECT /* countUnlooked */ COUNT(*) AS found FROM (SELECT 1 FROM blobs WHERE late_scan_due_at IS NOT NULL LIMIT ${Math.trunc(max)}) x`);
  return Number(row!.found);
}

export async function attachmentIdsOf(q: Queryable, blobId: string): Promise<string[]> {
  return (await q.orm.select({ id: attachments.id }).from(attachments).where(eq(attachments.blobId, blobId))).map(({ id }) => id);
}
