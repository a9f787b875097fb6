import type { TicketsContext } from '../context.ts';
import { deleteJob, jobsEndedBefore } from './job.store.ts';

const BATCH = 50;

/** Deletes jobs that ended before `before`, with their items. */
export async function sweepJobs({ db }: TicketsContext, before: number): Promise<void> {
  for (let isMore = true; isMore;) {
    const ids = await jobsEndedBefore(db, before, BATCH);
    for (const id of ids) await deleteJob(db, id);
    isMore = ids.length === BATCH;
  }
}
