import { recordAudit } from '@careline/kit/audit';
import { refuse } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import { countTickets, ticketsWhere, type TicketFilter } from '../ticket/index.ts';
import { beginJob } from './begin-job.ts';
import { columnsOf } from './export.rules.ts';

export interface ExportTickets {
  filter?: TicketFilter | null;
  columns?: string[] | null;
  idempotencyKey: string;
}

/** 导出工单: asks a worker to write the tickets of a filter as a file. */
export async function exportTickets(ctx: TicketsContext, { filter, columns: asked, idempotencyKey }: ExportTickets): Promise<string> {
  ctx.viewer.require('ticket:export');
  const columns = columnsOf(asked);
  if (!columns) throw refuse('INVALID', 'columns', { zh: '列名不存在或重复。', en: 'A column does not exist or stands twice.' });
  const totalCount = await countTickets(ctx.db, await ticketsWhere(ctx, filter ?? {}, null, 'ticket:export'));
  return beginJob(ctx, {
    kind: 'EXPORT', verb: 'exportTickets', idempotencyKey, input: { filter: filter ?? null, columns }, ask: { export: { filter: filter ?? {}, columns } }, totalCount,
    items: () => Promise.resolve([]),
    audit: (tx, jobId) => recordAudit(tx, ctx, { verb: 'ticket:export', subjectId: jobId, after: { filter: filter ?? null, columns, ticketCount: totalCount } }),
  });
}
