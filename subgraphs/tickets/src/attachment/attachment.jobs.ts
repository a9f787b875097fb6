import { HOUR, type Instant } from '@careline/kit/time';
import { sweepUploads, type SweepParts } from './sweep-uploads.ts';

/** Repeated work of this module: the janitor of uploads nobody used. */
export function attachmentJobs(parts: SweepParts) {
  return [{ name: 'sweep-unused-uploads', everyMs: HOUR, run: (now: Instant) => sweepUploads(parts, now) }];
}
