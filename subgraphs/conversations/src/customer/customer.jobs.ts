import { sortWordsJob } from '@careline/kit/search';
import { HOUR } from '@careline/kit/time';
import type { JobSpec, Runtime } from '../context.ts';
import { customerIndex, forgetErasedCustomers, indexEarlierCustomers } from './customer-words.ts';
import { dropVisits } from './drop-visits.ts';

/** Scheduled work of the module. */
export function customerJobs(runtime: Runtime): JobSpec[] {
  return [
    { name: 'drop-run-out-visits', everyMs: HOUR, run: (now) => dropVisits(runtime, now) },
    sortWordsJob(runtime.db, customerIndex),
    indexEarlierCustomers(runtime),
    forgetErasedCustomers(runtime),
  ];
}
