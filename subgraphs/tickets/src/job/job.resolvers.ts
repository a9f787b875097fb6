import { say } from '@careline/kit/errors';
import { payload, type PageArgs } from '@careline/kit/graphql';
import type { TicketsContext } from '../context.ts';
import { readTicket } from '../ticket/index.ts';
import { broadcastToChildren, type BroadcastToChildren } from './broadcast-to-children.ts';
import { bulkUpdateTickets, type BulkUpdateTickets } from './bulk-update-tickets.ts';
import { cancelTicketJob, undoTicketJob } from './end-job.ts';
import { exportTickets, type ExportTickets } from './export-tickets.ts';
import type { ItemRow, JobRow } from './job.tables.ts';
import { mergeTickets, type MergeTickets } from './merge-tickets.ts';
import { exportUrl } from './read-export.ts';
import { readItems, readJob, requireJob, watchJob, type TicketJobEvent } from './read-job.ts';
import { splitTicket, type SplitTicket } from './split-ticket.ts';

type Ctx = TicketsContext;

const begun = async (ctx: Ctx, jobId: string) => ({ job: await requireJob(ctx, jobId) });

const Query = {
  ticketJob: (_: unknown, { id }: { id: string }, ctx: Ctx) => readJob(ctx, id),
};

const Mutation = {
  bulkUpdateTickets: (_: unknown, { input }: { input: BulkUpdateTickets }, ctx: Ctx) => payload(ctx, async () => begun(ctx, await bulkUpdateTickets(ctx, input))),
  broadcastToChildren: (_: unknown, { input }: { input: BroadcastToChildren }, ctx: Ctx) => payload(ctx, async () => begun(ctx, await broadcastToChildren(ctx, input))),
  mergeTickets: (_: unknown, { input }: { input: MergeTickets }, ctx: Ctx) => payload(ctx, async () => {
    const jobId = await mergeTickets(ctx, input);
    return { ...(await begun(ctx, jobId)), ticket: await ctx.loaders.ticket.load(input.survivorId) };
  }),
  splitTicket: (_: unknown, { input }: { input: SplitTicket }, ctx: Ctx) => payload(ctx, async () => {
    const { jobId, ticketId } = await splitTicket(ctx, input);
    return { ...(await begun(ctx, jobId)), ticket: await ctx.loaders.ticket.load(ticketId) };
  }),
  exportTickets: (_: unknown, { input }: { input: ExportTickets }, ctx: Ctx) => payload(ctx, async () => begun(ctx, await exportTickets(ctx, input))),
  cancelTicketJob: (_: unknown, { input }: { input: { jobId: string } }, ctx: Ctx) => payload(ctx, async () => begun(ctx, await cancelTicketJob(ctx, input.jobId))),
  undoTicketJob: (_: unknown, { input }: { input: { jobId: string } }, ctx: Ctx) => payload(ctx, async () => begun(ctx, await undoTicketJob(ctx, input.jobId))),
};

const Subscription = {
  ticketJobChanged: {
    subscribe: (_: unknown, { jobId }: { jobId: string }, ctx: Ctx) => watchJob(ctx, jobId),
    resolve: (event: TicketJobEvent) => event,
  },
};

const TicketJob = {
  undoableUntil: ({ undoableUntil }: JobRow, _: unknown, ctx: Ctx) => (undoableUntil !== null && undoableUntil >= ctx.clock.now() ? undoableUntil : null),
  downloadUrl: (job: JobRow, _: unknown, ctx: Ctx) => exportUrl(ctx, job),
  items: (job: JobRow, args: PageArgs & { onlyFailed?: boolean | null }, ctx: Ctx) => readItems(ctx, job, args),
};

const TicketJobItem = {
  index: ({ place }: ItemRow) => place,
  ticket: ({ ticketId }: ItemRow, _: unknown, ctx: Ctx) => (ticketId && ctx.viewer.scopeOf('ticket:read') ? readTicket(ctx, { id: ticketId }) : null),
  error: ({ problem }: ItemRow, _: unknown, ctx: Ctx) => problem && { code: problem.code, field: problem.field, message: say(problem.words, ctx.locale) },
  isFinished: ({ state }: ItemRow) => state !== 'WAITING',
};

export const jobResolvers = { Query, Mutation, Subscription, TicketJob, TicketJobItem };
