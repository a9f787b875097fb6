import { HOUR } from '@careline/kit/time';
import type { JobSpec, Runtime } from '../context.ts';
import { dropRunOutVisits } from './visit.store.ts';

/** Clears away visits that ran out 90 days after their last use. */
export function customerJobs(runtime: Runtime): JobSpec[] {
  return [{ name: 'drop-run-out-visits', everyMs: HOUR, run: (now) => runtime.db.transaction((tx) => dropRunOutVisits(tx, now)) }];
}
