import { recordAudit } from '@careline/kit/audit';
import type { Tx } from '@careline/kit/db';
import { refuse, under } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import { checkOwner, checkTags, idsOfFilter, meantBy, requirePrioritise, type TicketFilter } from '../ticket/index.ts';
import { beginJob, itemOf } from './begin-job.ts';
import { checkChange } from './change.rules.ts';
import type { TicketChange } from './job.types.ts';

export interface BulkUpdateTickets {
  ids?: string[] | null;
  viewId?: string | null;
  filter?: TicketFilter | null;
  change: TicketChange;
  idempotencyKey: string;
}

export const ITEMS_MAX = 10_000;

/**
 * 批量更新工单: asks a worker to change many tickets, each in a transaction of its own.
 *
 * Which tickets a filter means is decided now; what each may take, when its turn comes. The same key gives the first job.
 */
export async function bulkUpdateTickets(ctx: TicketsContext, { ids, viewId, filter, change, idempotencyKey }: BulkUpdateTickets): Promise<string> {
  ctx.viewer.require('ticket:bulk');
  if ((ids == null) === (filter == null && viewId == null)) throw refuse('INVALID', 'ids', { zh: '请只给出 ids，或只给出 viewId 与 filter。', en: 'Give either ids, or viewId and filter.' });
  const wanted = ids ? [...new Set(ids)] : null;
  if (wanted?.length === 0) throw refuse('REQUIRED', 'ids', { zh: '至少选择一张工单。', en: 'Choose at least one ticket.' });
  if (wanted && wanted.length > ITEMS_MAX) throw tooMany('ids');
  await under('change', async () => {
    checkChange(change);
    checkTags(change.addTags, 'addTags');
    checkTags(change.removeTags, 'removeTags');
    if (change.priority === 'P0') requirePrioritise(ctx.viewer.scopeOf('ticket:prioritise') !== null);
    await checkOwner(ctx, change);
  });
  const where = wanted ? null : await meantBy(ctx, { viewId, filter }, 'ticket:bulk');
  const { note, ...rest } = change;
  return beginJob(ctx, {
    kind: 'UPDATE', verb: 'bulkUpdateTickets', idempotencyKey, input: { ids: ids ?? null, viewId: viewId ?? null, filter: filter ?? null, change }, ask: { change },
    async items(tx: Tx, jobId) {
      const found = wanted ?? (where ? await idsOfFilter(tx, where, ITEMS_MAX + 1) : []);
      if (found.length > ITEMS_MAX) throw tooMany('filter');
      if (found.length === 0) throw refuse('NOT_FOUND', 'filter', { zh: '没有符合条件的工单。', en: 'No ticket matches.' });
      return found.map((id, place) => itemOf(jobId, id, place));
    },
    audit: (tx, jobId, items) => recordAudit(tx, ctx, { verb: 'ticket:bulk', subjectId: jobId, after: { ...rest, hasNote: Boolean(note), viewId: viewId ?? null, filter: filter ?? null, ticketCount: items.length } }),
  });
}

const tooMany = (field: string) => refuse('TOO_MANY', field, { zh: '一次最多 10,000 张工单，请缩小范围。', en: 'At most 10,000 tickets at once. Narrow the selection.' });
