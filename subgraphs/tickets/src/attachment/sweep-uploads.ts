import type { Db } from '@careline/kit/db';
import type { Logger } from '@careline/kit/observe';
import { DAY, type Instant } from '@careline/kit/time';
import { staleAttachments } from './attachment.store.ts';
import type { BlobStore } from './blob-store.ts';
import { discard } from './delete-attachment.ts';

export interface SweepParts {
  db: Db;
  blobs: BlobStore;
  log: Logger;
}

const BATCH = 200;

/** Deletes uploads that nothing used within a day, and parts of files left by attempts that died. */
export async function sweepUploads(parts: SweepParts, now: Instant): Promise<void> {
  let removed = 0;
  for (;;) {
    const stale = await staleAttachments(parts.db, now - DAY, BATCH);
    for (const stored of stale) if (await discard(parts, stored)) removed += 1;
    if (stale.length < BATCH) break;
  }
  const strayParts = await parts.blobs.sweepParts(now - DAY);
  if (removed + strayParts > 0) parts.log.info({ removed, strayParts }, 'unused uploads were deleted');
}
