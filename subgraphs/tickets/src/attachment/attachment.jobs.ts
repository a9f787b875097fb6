import type { Db } from '@careline/kit/db';
import type { Logger } from '@careline/kit/observe';
import { DAY, HOUR, type Instant } from '@careline/kit/time';
import { staleAttachments } from './attachment.store.ts';
import type { BlobStore } from './blob-store.ts';
import { discard } from './delete-attachment.ts';

const BATCH = 200;

/** Repeated work of this module: the janitor of uploads nobody used. */
export function attachmentJobs(parts: { db: Db; blobs: BlobStore; log: Logger }) {
  return [{ name: 'sweep-unused-uploads', everyMs: HOUR, run: (now: Instant) => sweepUnused(parts, now) }];
}

/** Deletes uploads that nothing used within a day, and parts of files left by attempts that died. */
async function sweepUnused(parts: { db: Db; blobs: BlobStore; log: Logger }, now: Instant): Promise<void> {
  let removed = 0;
  for (;;) {
    const stale = await staleAttachments(parts.db, now - DAY, BATCH);
    for (const stored of stale) if (await discard(parts, stored)) removed += 1;
    if (stale.length < BATCH) break;
  }
  const strayParts = await parts.blobs.sweepParts(now - DAY);
  if (removed + strayParts > 0) parts.log.info({ removed, strayParts }, 'unused uploads were deleted');
}
