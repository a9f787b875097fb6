import { parseId } from '@careline/kit/db';
import { appError } from '@careline/kit/errors';
import { parsePage, toConnection, type Connection, type PageArgs } from '@careline/kit/graphql';
import { progressStream, type LiveStream } from '@careline/kit/live';
import type { TicketsContext } from '../context.ts';
import { ownerOfJobs } from './begin-job.ts';
import { listItems, selectJob } from './job.store.ts';
import type { ItemRow, JobRow } from './job.tables.ts';

/** One of the caller's jobs; null for anybody else's. */
export async function readJob(ctx: TicketsContext, id: string): Promise<JobRow | null> {
  ctx.viewer.require('ticket:bulk');
  const job = parseId('job', id) ? await selectJob(ctx.db, id) : null;
  return job && job.ownerId === ownerOfJobs(ctx) ? job : null;
}

/** The job that a verb has just written. */
export async function requireJob(ctx: TicketsContext, id: string): Promise<JobRow> {
  const job = await selectJob(ctx.db, id);
  if (!job) throw appError('NOT_FOUND');
  return job;
}

/** A page of what came of the items of a job. */
export async function readItems(ctx: TicketsContext, { id }: JobRow, { onlyFailed, ...args }: PageArgs & { onlyFailed?: boolean | null }): Promise<Connection<ItemRow>> {
  const page = parsePage(args, ['place']);
  return toConnection(await listItems(ctx.db, id, onlyFailed ? ['FAILED', 'KEPT'] : null, page), page, ({ place }) => ({ place }), null);
}

export type TicketJobEvent = { __typename: 'TicketJobChanged'; seq: number; at: number; job: JobRow } | { __typename: 'TicketJobHeartbeat'; seq: number; at: number };

const isOver = ({ state }: JobRow) => state !== 'QUEUED' && state !== 'RUNNING';

/** The progress of a job: its present state first, then each step; ends after it has finished. */
export async function watchJob(ctx: TicketsContext, id: string): Promise<LiveStream<TicketJobEvent>> {
  const first = await readJob(ctx, id);
  if (!first) throw appError('NOT_FOUND');
  return progressStream<JobRow, TicketJobEvent>({
    first, isOver, read: () => selectJob(ctx.db, id), listen: (heard) => ctx.live.subscribe(`ticket-job:${id}`, heard),
    changed: (job) => ({ __typename: 'TicketJobChanged', seq: job.seq, at: ctx.clock.now(), job }),
    heartbeat: (seq) => ({ __typename: 'TicketJobHeartbeat', seq, at: ctx.clock.now() }),
  });
}
