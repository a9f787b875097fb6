import { appendEvents } from '@careline/kit/events';
import { HOUR, type Instant } from '@careline/kit/time';
import { attachmentScanned } from '@careline/schema/events';
import { attachmentIdsOf, blobsToScanLate, postponeLateScan, storeLateVerdict } from './attachment.store.ts';
import type { BlobRow } from './attachment.tables.ts';
import type { Scanner } from './scanner.ts';
import { failures, findHarm, scanned, type ScanParts } from './scan-attachments.ts';

/** So much a turn at most: what people send now goes before what has been lying there. */
const FILES_MAX = 100;
const BYTES_MAX = 64 << 20;
const RETRY_MS = HOUR;

/**
 * Has files scanned that were stored while no scanner was set up, the oldest first, so many in each turn.
 *
 * They stay open meanwhile, as they have been: closing all at once would take them from everybody who works with them. What
 * harm is found in closes for good and is told. Rows say what is left to do, so a worker that dies loses nothing but the file
 * it was at; one that cannot be scanned is tried again in an hour and holds up no other.
 */
export async function scanEarlier(parts: ScanParts, now: Instant): Promise<void> {
  const { scanner } = parts;
  if (!scanner) return;
  let bytes = 0;
  for (const blob of await blobsToScanLate(parts.db, now, FILES_MAX)) {
    bytes += blob.bytes;
    if (bytes > BYTES_MAX && bytes > blob.bytes) return;
    await scanOne(parts, scanner, blob, now);
  }
}

async function scanOne(parts: ScanParts, scanner: Scanner, blob: BlobRow, now: Instant): Promise<void> {
  try {
    const finding = await findHarm(parts, scanner, blob);
    const isKept = await parts.db.transaction(async (tx) => {
      const isFirst = await storeLateVerdict(tx, blob.id, finding);
      // That nothing was found is no news: the file has been open all the time.
      const attachmentIds = isFirst && finding !== null ? await attachmentIdsOf(tx, blob.id) : [];
      await appendEvents(tx, attachmentIds.map((attachmentId) => attachmentScanned.make(attachmentId, { attachmentId, isBlocked: true })), now);
      return isFirst;
    });
    if (!isKept) return;
    scanned.inc({ verdict: finding ? 'blocked' : 'clean' });
    if (finding) parts.log.warn({ blobId: blob.id, finding }, 'the scanner found something in a file that was stored before it was set up; nobody can read it any more');
  } catch (error) {
    failures.inc();
    parts.log.error({ err: error, blobId: blob.id }, 'a file of before the scanner could not be scanned; it is tried again in an hour');
    await postponeLateScan(parts.db, blob.id, now + RETRY_MS);
  }
}
