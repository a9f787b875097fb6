import { recordAudit } from '@careline/kit/audit';
import { refuse } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import { countTickets, meantBy, type TicketFilter } from '../ticket/index.ts';
import { beginJob } from './begin-job.ts';
import { columnsOf } from './export.rules.ts';

export interface ExportTickets {
  viewId?: string | null;
  filter?: TicketFilter | null;
  columns?: string[] | null;
  idempotencyKey: string;
}

/** 导出工单: asks a worker to write the tickets of a view or filter, as they are then, as a file. */
export async function exportTickets(ctx: TicketsContext, { viewId, filter, columns: asked, idempotencyKey }: ExportTickets): Promise<string> {
  ctx.viewer.require('ticket:export');
  const columns = columnsOf(asked);
  if (!columns) throw refuse('INVALID', 'columns', { zh: '列名不存在或重复。', en: 'A column does not exist or stands twice.' });
  const where = await meantBy(ctx, { viewId, filter }, 'ticket:export');
  if (!where) throw refuse('NOT_FOUND', 'filter', { zh: '视图与筛选条件互相矛盾。', en: 'View and filter contradict each other.' });
  const totalCount = await countTickets(ctx.db, where);
  return beginJob(ctx, {
    kind: 'EXPORT', verb: 'exportTickets', idempotencyKey, input: { viewId: viewId ?? null, filter: filter ?? null, columns }, ask: { export: { filter: where.filter, also: where.also, columns } }, totalCount,
    items: () => Promise.resolve([]),
    audit: (tx, jobId) => recordAudit(tx, ctx, { verb: 'ticket:export', subjectId: jobId, after: { viewId: viewId ?? null, filter: filter ?? null, columns, ticketCount: totalCount } }),
  });
}
