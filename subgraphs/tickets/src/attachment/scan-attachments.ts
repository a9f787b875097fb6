import type { Vault } from '@careline/kit/crypto';
import type { Db } from '@careline/kit/db';
import { appendEvents } from '@careline/kit/events';
import { counter, type Logger } from '@careline/kit/observe';
import { SECOND, type Instant } from '@careline/kit/time';
import { attachmentScanned } from '@careline/schema/events';
import { attachmentIdsOf, blobsToScan, postponeScan, storeVerdict } from './attachment.store.ts';
import type { BlobRow } from './attachment.tables.ts';
import type { BlobStore } from './blob-store.ts';
import { keyPlace, keysOfOwners } from './owner-key.ts';
import type { Scanner } from './scanner.ts';
import { readSealed } from './sealed-file.ts';

export interface ScanParts {
  db: Db;
  vault: Vault;
  blobs: BlobStore;
  /** Null: no scanner is set up. */
  scanner: Scanner | null;
  log: Logger;
}

const BATCH = 20;
const RETRY_MS = 10 * SECOND;

export const scanned = counter('careline_files_scanned_total', 'Files the scanner gave a verdict on.', ['verdict']);
export const failures = counter('careline_file_scan_failures_total', 'Scans that ended without a verdict; the file stays closed and is tried again.', []);

/**
 * Has every file scanned that waits for it, oldest first. A file without a verdict stays closed and is tried again:
 * a scanner that is away holds files back, it lets none through. When the scanner was taken out of the
 * configuration, what still waited for it is opened, and left to the sweep for when there is one again.
 */
export async function scanAttachments(parts: ScanParts, now: Instant): Promise<void> {
  for (;;) {
    const due = await blobsToScan(parts.db, now, BATCH);
    for (const blob of due) await scanBlob(parts, blob, now);
    if (due.length < BATCH) return;
  }
}

async function scanBlob(parts: ScanParts, blob: BlobRow, now: Instant): Promise<void> {
  try {
    const finding = parts.scanner ? await findHarm(parts, parts.scanner, blob) : null;
    await conclude(parts, blob, finding, now);
    scanned.inc({ verdict: finding ? 'blocked' : parts.scanner ? 'clean' : 'skipped' });
    if (finding) parts.log.warn({ blobId: blob.id, finding }, 'the scanner found something in a file; nobody can read it');
  } catch (error) {
    failures.inc();
    parts.log.error({ err: error, blobId: blob.id }, 'a file could not be scanned; it stays closed and is tried again');
    await postponeScan(parts.db, blob.id, now + RETRY_MS);
  }
}

export async function findHarm({ db, vault, blobs }: ScanParts, scanner: Scanner, blob: BlobRow): Promise<string | null> {
  const key = (await keysOfOwners(vault, db, [blob.ownerId])).get(blob.ownerId);
  // An erased owner's file opens for nobody, so there is nothing left to judge.
  if (!key) return null;
  const file = { path: blobs.path(blob.id, blob.fence), key: key.openBytes(keyPlace(blob.id), blob.sealedKey), bytes: blob.bytes };
  return scanner.scan(readSealed(file, 0, blob.bytes));
}

/** Keeps the verdict and tells of it, for each attachment that has this content. */
async function conclude({ db, scanner }: ScanParts, blob: BlobRow, finding: string | null, now: Instant): Promise<void> {
  await db.transaction(async (tx) => {
    if (!(await storeVerdict(tx, blob.id, finding, scanner ? null : now))) return;
    const attachmentIds = await attachmentIdsOf(tx, blob.id);
    await appendEvents(tx, attachmentIds.map((attachmentId) => attachmentScanned.make(attachmentId, { attachmentId, isBlocked: finding !== null })), now);
  });
}
