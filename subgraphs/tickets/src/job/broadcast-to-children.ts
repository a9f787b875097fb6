import { recordAudit } from '@careline/kit/audit';
import { refuse } from '@careline/kit/errors';
import type { TicketsContext } from '../context.ts';
import { checkComment, idsOfFilter, readTicket, ticketsWhere, type TicketState } from '../ticket/index.ts';
import { beginJob, itemOf } from './begin-job.ts';
import { ITEMS_MAX } from './bulk-update-tickets.ts';

export interface BroadcastToChildren {
  ticketId: string;
  text: string;
  state?: TicketState | null;
  idempotencyKey: string;
}

const OPEN: TicketState[] = ['NEW', 'OPEN', 'PENDING', 'ON_HOLD'];

/**
 * 通知子工单: asks a worker to say the same to the customers of all open children of an incident, and to move them when asked.
 *
 * Which children these are is decided now; one that is solved meanwhile is told too, one that is closed is refused. The reply guard is
 * not asked: the text is about the incident, not about what was said last.
 */
export async function broadcastToChildren(ctx: TicketsContext, { ticketId, text, state, idempotencyKey }: BroadcastToChildren): Promise<string> {
  ctx.viewer.require('ticket:bulk');
  const incident = await readTicket(ctx, { id: ticketId });
  if (!incident) throw refuse('NOT_FOUND', 'ticketId', { zh: '工单不存在或不可见。', en: 'The ticket does not exist or is not visible to you.' });
  const reply = checkComment(ctx, { ticketId, clientCommentId: 'broadcast', visibility: 'PUBLIC' as const, text }).text;
  if (state === 'NEW' || state === 'ON_HOLD') throw refuse('INVALID', 'state', { zh: '群发后不能改为“新建”或“挂起”。', en: 'After a broadcast a ticket cannot become NEW or go ON_HOLD.' });
  const where = await ticketsWhere(ctx, { states: OPEN }, { parentId: ticketId, permission: 'ticket:bulk' });
  return beginJob(ctx, {
    kind: 'BROADCAST', verb: 'broadcastToChildren', idempotencyKey, input: { ticketId, text: reply, state: state ?? null }, ask: { change: { reply, state: state ?? null } },
    async items(tx, jobId) {
      const found = await idsOfFilter(tx, where, ITEMS_MAX + 1);
      if (found.length === 0) throw refuse('NOT_FOUND', 'ticketId', { zh: '没有未完成的子工单。', en: 'There is no open child.' });
      if (found.length > ITEMS_MAX) throw refuse('TOO_MANY', 'ticketId', { zh: '一次最多 10,000 张子工单。', en: 'At most 10,000 children at once.' });
      return found.map((id, place) => itemOf(jobId, id, place));
    },
    audit: (tx, jobId, items) => recordAudit(tx, ctx, { verb: 'ticket:bulk', subjectId: jobId, after: { incidentId: ticketId, state: state ?? null, ticketCount: items.length } }),
  });
}
