import { recordAudit } from '@careline/kit/audit';
import type { Tx } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import { ownerOfJobs } from './begin-job.ts';
import { countItems, lockJob, updateJob } from './job.store.ts';
import type { JobRow } from './job.tables.ts';
import { storeProgress } from './work-jobs.ts';

/** The caller's own job, held. Throws NOT_FOUND for anybody else's. */
async function lockOwnJob(ctx: TicketsContext, tx: Tx, jobId: string): Promise<JobRow> {
  const job = await lockJob(tx, jobId);
  if (!job || job.ownerId !== ownerOfJobs(ctx)) throw appError('NOT_FOUND');
  return job;
}

const isUnfinished = ({ state }: JobRow) => state === 'QUEUED' || state === 'RUNNING';

/** 停止: nothing more is done once this returns; what was done stays and can be taken back. Stopping what has ended changes nothing. */
export async function cancelTicketJob(ctx: TicketsContext, jobId: string): Promise<string> {
  ctx.viewer.require('ticket:bulk');
  await ctx.db.transaction(async (tx) => {
    const job = await lockOwnJob(ctx, tx, jobId);
    if (!isUnfinished(job)) return;
    if (job.isUndoing) throw refuse('WRONG_STATE', null, { zh: '正在撤销，不能停止。', en: 'It is being taken back and cannot be stopped.' });
    await storeProgress(ctx, tx, job, 'CANCELLED');
    await recordAudit(tx, ctx, { verb: 'ticket:bulk', subjectId: jobId, after: { state: 'CANCELLED' } });
  });
  return jobId;
}

/** 撤销: takes back what a job did, within its window. Taking back twice is taking back once. */
export async function undoTicketJob(ctx: TicketsContext, jobId: string): Promise<string> {
  ctx.viewer.require('ticket:bulk');
  await ctx.db.transaction(async (tx) => {
    const job = await lockOwnJob(ctx, tx, jobId);
    if (job.state === 'UNDONE' || job.isUndoing) return;
    if (isUnfinished(job)) throw refuse('WRONG_STATE', null, { zh: '任务还在进行，请先停止。', en: 'The job still runs: stop it first.' });
    if (job.undoableUntil === null || job.undoableUntil < ctx.clock.now()) throw refuse('WINDOW_CLOSED', null, { zh: '已超过可撤销的时间。', en: 'It is too late to undo this.' });
    const { DONE } = await countItems(tx, jobId);
    await updateJob(tx, jobId, { state: 'RUNNING', isUndoing: 1, totalCount: DONE, doneCount: 0, failedCount: 0, finishedAt: null, undoableUntil: null });
    await recordAudit(tx, ctx, { verb: 'ticket:bulk', subjectId: jobId, after: { state: 'UNDONE' } });
    tx.afterCommit(() => ctx.live.publish(`ticket-job:${jobId}`, { jobId }));
  });
  return jobId;
}
