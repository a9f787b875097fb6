import { HOUR, SECOND, type Instant } from '@careline/kit/time';
import { scanAttachments, type ScanParts } from './scan-attachments.ts';
import { sweepUploads } from './sweep-uploads.ts';

/** Repeated work of this module: scans of what arrived, and the janitor of uploads nobody used. */
export function attachmentJobs(parts: ScanParts) {
  return [
    { name: 'scan-attachments', everyMs: SECOND, run: (now: Instant) => scanAttachments(parts, now) },
    { name: 'sweep-unused-uploads', everyMs: HOUR, run: (now: Instant) => sweepUploads(parts, now) },
  ];
}
