import { DAY, HOUR, SECOND, type Instant } from '@careline/kit/time';
import { sweepJobs } from './sweep-jobs.ts';
import { workJobs, type JobWorker } from './work-jobs.ts';

const KEPT_MS = 7 * DAY;

/** Repeated work of this module. */
export function jobJobs(worker: JobWorker) {
  return [
    { name: 'work-ticket-jobs', everyMs: SECOND / 4, run: () => workJobs(worker) },
    { name: 'sweep-ticket-jobs', everyMs: HOUR, run: (now: Instant) => sweepJobs(worker.system(), now - KEPT_MS) },
  ];
}
