import { HOUR, SECOND, type Instant } from '@careline/kit/time';
import { watchUnlooked } from './watch-unlooked.ts';
import { scanEarlier } from './scan-earlier.ts';
import { scanAttachments, type ScanParts } from './scan-attachments.ts';
import { sweepUploads } from './sweep-uploads.ts';

/** Repeated work of this module: scans of what arrived and of what lay there before there was a scanner, and the janitor of uploads nobody used. */
export function attachmentJobs(parts: ScanParts) {
  watchUnlooked(parts.db);
  return [
    { name: 'scan-attachments', everyMs: SECOND, run: (now: Instant) => scanAttachments(parts, now) },
    { name: 'scan-earlier-files', everyMs: 5 * SECOND, run: (now: Instant) => scanEarlier(parts, now) },
    { name: 'sweep-unused-uploads', everyMs: HOUR, run: (now: Instant) => sweepUploads(parts, now) },
  ];
}
