import { parseId } from '@careline/kit/db';
import { appError } from '@careline/kit/errors';
import { parsePage, toConnection, type Connection, type PageArgs } from '@careline/kit/graphql';
import { LiveStream } from '@careline/kit/live';
import { SECOND } from '@careline/kit/time';
import type { TicketsContext } from '../context.ts';
import { ownerOfJobs } from './begin-job.ts';
import { listItems, selectJob } from './job.store.ts';
import type { ItemRow, JobRow } from './job.tables.ts';

const HEARTBEAT_MS = 15 * SECOND;

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
  let seq = 0;
  const show = (job: JobRow) => {
    if (job.seq <= seq) return;
    seq = job.seq;
    stream.push({ __typename: 'TicketJobChanged', seq, at: ctx.clock.now(), job });
    if (isOver(job)) stream.close();
  };
  const read = () => void selectJob(ctx.db, id).then((job) => job && show(job), (error: unknown) => stream.close(error));
  const detach = ctx.live.subscribe(`ticket-job:${id}`, read);
  const beats = setInterval(() => {
    read();
    stream.push({ __typename: 'TicketJobHeartbeat', seq, at: ctx.clock.now() });
  }, HEARTBEAT_MS);
  const stream = new LiveStream<TicketJobEvent>(() => {
    detach();
    clearInterval(beats);
  });
  show(first);
  // What changed between the first reading and the listening.
  read();
  return stream;
}
