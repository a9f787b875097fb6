import type { Identity } from '@careline/kit/auth';
import type { Tx } from '@careline/kit/db';
import { AppError, isAway, Refusal, type Locale } from '@careline/kit/errors';
import { MINUTE } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { changeTickets, type TicketLife } from '../ticket/index.ts';
import { applyChange } from './apply-change.ts';
import { askPlace, MISSING } from './begin-job.ts';
import { countItems, isGoing, itemsIn, lockJob, openJobs, settleItem, updateJob } from './job.store.ts';
import type { ItemRow, JobRow } from './job.tables.ts';
import type { ItemState, JobAsk, Problem, Trace } from './job.types.ts';
import { undoMerge } from './merge-tickets.ts';
import { undoSplit } from './split-ticket.ts';
import { undoChange } from './undo-change.ts';
import { writeExport } from './write-export.ts';

/** So many items of a job before the next job has its turn: nobody waits for somebody else's thousands. */
const TURN = 40;
const LANES = 4;
const JOBS_MAX = 100;
/** How long a finished change of many tickets can be taken back. */
const UNDOABLE_MS = 10 * MINUTE;

export interface JobWorker {
  system(): TicketsContext;
  /** A context in which somebody acts who asked before. */
  actAs(identity: Identity, locale: Locale): TicketsContext;
}

/**
 * Works on all unfinished jobs in turns until none has anything left to do. Rows tell what is done, so that a worker that dies in
 * the middle of one is followed by another that goes on.
 */
export async function workJobs(worker: JobWorker): Promise<void> {
  const ctx = worker.system();
  const stuck = new Set<string>();
  for (;;) {
    const jobs = (await openJobs(ctx.db, JOBS_MAX)).filter(({ id }) => !stuck.has(id));
    if (jobs.length === 0) return;
    for (const job of jobs) {
      await takeTurn(worker, ctx, job).catch(async (error: unknown) => {
        stuck.add(job.id);
        // What it stands on comes back: the next tick goes on.
        if (isAway(error)) return;
        ctx.log.error({ err: error, jobId: job.id }, 'a ticket job failed');
        await endJob(ctx, job, 'FAILED');
      });
    }
  }
}

async function takeTurn(worker: JobWorker, ctx: TicketsContext, found: JobRow): Promise<void> {
  const job = found.state === 'QUEUED' ? await startJob(ctx, found) : found;
  if (!job) return;
  const ask = JSON.parse(ctx.vault.staff.open(askPlace(job.id), job.sealedAsk)) as JobAsk;
  if (job.kind === 'EXPORT') return writeExport(worker.actAs(ask.identity, ask.locale), job, ask);
  const items = await itemsIn(ctx.db, job.id, job.isUndoing ? 'DONE' : 'WAITING', TURN);
  const waiting = items.values();
  await Promise.all(Array.from({ length: LANES }, async () => {
    for (const item of waiting) await workItem(worker.actAs(ask.identity, ask.locale), job, item, ask);
  }));
  if (items.length < TURN) await endJob(ctx, job, job.isUndoing ? 'UNDONE' : 'DONE');
  else await ctx.db.transaction((tx) => storeProgress(ctx, tx, job));
}

async function startJob(ctx: TicketsContext, { id }: JobRow): Promise<JobRow | null> {
  return ctx.db.transaction(async (tx) => {
    const job = await lockJob(tx, id);
    if (job?.state !== 'QUEUED') return null;
    await updateJob(tx, id, { state: 'RUNNING' });
    return { ...job, state: 'RUNNING' };
  });
}

/** Somebody else settled the item, or the job is not to go on: nothing of this is stored. */
class Settled extends Error {}

async function workItem(ctx: TicketsContext, job: JobRow, item: ItemRow, ask: JobAsk): Promise<void> {
  try {
    await changeTickets(ctx, [item.ticketId!, ...othersOf(item.trace)], null, async (lives, tx) => {
      if (!(await isGoing(tx, job))) throw new Settled();
      if (job.isUndoing) {
        const kept = await undoItem(ctx, tx, lives, item);
        await settle(tx, item, kept.length === 0 ? { state: 'UNDONE' } : { state: 'KEPT', problem: changedSince(kept) });
      } else await settle(tx, item, { state: 'DONE', trace: await applyChange(ctx, tx, lives.get(item.ticketId!)!, { jobId: job.id, change: ask.change! }) });
    });
  } catch (error) {
    if (error instanceof Settled) return;
    if (isAway(error)) throw error;
    const problem = problemOf(error);
    if (problem.code === 'NOT_AVAILABLE') ctx.log.error({ err: error, jobId: job.id, ticketId: item.ticketId }, 'an item of a ticket job could not be done');
    await ctx.db.transaction((tx) => settleItem(tx, item, { state: job.isUndoing ? 'KEPT' : 'FAILED', problem }));
  }
}

/** Tickets besides its own that undoing an item changes too. */
const othersOf = (trace: Trace | null): string[] => (trace?.kind === 'MERGE' ? [trace.survivorId] : trace?.kind === 'SPLIT' ? [trace.originId] : []);

function undoItem(ctx: TicketsContext, tx: Tx, lives: ReadonlyMap<string, TicketLife>, { ticketId, trace }: ItemRow): Promise<string[]> {
  const life = lives.get(ticketId!)!;
  switch (trace!.kind) {
    case 'UPDATE': return undoChange(ctx, life, trace!);
    case 'MERGE': return undoMerge(ctx, tx, { merged: life, survivor: lives.get(trace!.survivorId)!, trace: trace! });
    case 'SPLIT': return undoSplit(ctx, { made: life, origin: lives.get(trace!.originId)!, trace: trace! });
  }
}

async function settle(tx: Tx, item: ItemRow, next: Parameters<typeof settleItem>[2]): Promise<void> {
  if (!(await settleItem(tx, item, next))) throw new Settled();
}

function changedSince(fields: readonly string[]): Problem {
  return { code: 'STALE_VERSION', field: [...fields], words: { zh: '之后被他人改动，保持现状。', en: 'Somebody changed it since; it stays as it is.' } };
}

function problemOf(error: unknown): Problem {
  if (error instanceof Refusal) return { code: error.code, field: error.field, words: error.words };
  if (error instanceof AppError && error.code === 'NOT_FOUND') return MISSING;
  if (error instanceof AppError && error.code === 'FORBIDDEN') return { code: 'NOT_ALLOWED', field: null, words: error.words };
  if (error instanceof AppError && error.code === 'PRECONDITION_FAILED') return { code: 'WRONG_STATE', field: null, words: error.words };
  return { code: 'NOT_AVAILABLE', field: null, words: { zh: '系统内部错误，这张工单没有改动。', en: 'Something failed inside; this ticket was not changed.' } };
}

async function endJob(ctx: TicketsContext, job: JobRow, state: 'DONE' | 'UNDONE' | 'FAILED'): Promise<void> {
  await ctx.db.transaction((tx) => storeProgress(ctx, tx, job, state));
}

/** Counts what the items say and tells who watches; ends the job when `end` says so and nobody stopped it meanwhile. */
export async function storeProgress(ctx: TicketsContext, tx: Tx, { id }: Pick<JobRow, 'id'>, end: 'DONE' | 'UNDONE' | 'FAILED' | 'CANCELLED' | null = null): Promise<void> {
  const job = await lockJob(tx, id);
  if (!job) return;
  const counts = job.kind === 'EXPORT' ? job : countsOf(job, await countItems(tx, id));
  const now = ctx.clock.now();
  const ended = end !== null && (job.state === 'RUNNING' || job.state === 'QUEUED') ? { state: end, finishedAt: now, undoableUntil: end !== 'UNDONE' && job.kind === 'UPDATE' && !job.isUndoing && counts.doneCount > 0 ? now + UNDOABLE_MS : null } : {};
  const { doneCount, failedCount } = counts;
  await updateJob(tx, id, { doneCount, failedCount, ...ended });
  tx.afterCommit(() => ctx.live.publish(`ticket-job:${id}`, { jobId: id }));
}

function countsOf({ isUndoing }: JobRow, items: Record<ItemState, number>): { doneCount: number; failedCount: number } {
  return isUndoing ? { doneCount: items.UNDONE, failedCount: items.KEPT } : { doneCount: items.DONE, failedCount: items.FAILED };
}
