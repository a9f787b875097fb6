import { recordAudit } from '@careline/kit/audit';
import { withIdempotency, type Tx } from '@careline/kit/db';
import { refuse } from '@careline/kit/errors';
import { SECOND } from '@careline/kit/time';
import { ticketMerged, ticketUpdated } from '@careline/schema/events';
import type { TicketsContext } from '../context.ts';
import { belongings, changeTickets, conversationsOf, deleteLinkOf, insertMissingLink, linkConversations, unlinkConversations, type TicketLife } from '../ticket/index.ts';
import { insertDoneJob, ownerOfJobs } from './begin-job.ts';
import type { MergeTrace } from './job.types.ts';

export interface MergeTickets {
  survivorId: string;
  mergedIds: string[];
  confirm?: boolean | null;
  idempotencyKey: string;
}

const MERGED_MAX = 20;
/** How long a merge or a split can be taken back. */
export const UNDOABLE_MS = 30 * SECOND;

/**
 * 合并工单: joins duplicates into one ticket, all or none, and gives the job by which that is taken back.
 *
 * The joined ones stand closed and keep all they hold; their clocks stand still. The survivor waits since the earliest start of
 * each clock that had not ended anywhere, with its own pauses, and gets their conversations.
 */
export async function mergeTickets(ctx: TicketsContext, { survivorId, mergedIds, confirm, idempotencyKey }: MergeTickets): Promise<string> {
  ctx.viewer.require('ticket:merge');
  const ids = [...new Set(mergedIds)];
  if (ids.length === 0) throw refuse('REQUIRED', 'mergedIds', { zh: '请选择要并入的工单。', en: 'Name the tickets that join it.' });
  if (ids.length > MERGED_MAX) throw refuse('TOO_MANY', 'mergedIds', { zh: `一次最多合并 ${MERGED_MAX} 张工单。`, en: `At most ${MERGED_MAX} tickets at once.` });
  if (ids.includes(survivorId)) throw refuse('INVALID', 'mergedIds', { zh: '工单不能并入自己。', en: 'A ticket cannot join itself.' });
  return changeTickets(ctx, [survivorId, ...ids], 'ticket:merge', async (lives, tx) => {
    const call = { scope: `${ownerOfJobs(ctx)}:mergeTickets`, key: idempotencyKey, input: { survivorId, ids, confirm: confirm ?? false } };
    const { result } = await withIdempotency(tx, call, async () => {
      const [survivor, ...merged] = [survivorId, ...ids].map((id) => lives.get(id)!) as [TicketLife, ...TicketLife[]];
      requireOpen(survivor, 'survivorId');
      for (const life of merged) requireOpen(life, 'mergedIds');
      if (!confirm && merged.some(({ row }) => row.customerId !== survivor.row.customerId)) {
        throw refuse('CONFIRMATION_REQUIRED', 'confirm', { zh: '这些工单属于不同的客户，请确认后再合并。', en: 'These tickets are of different customers. Confirm to merge them.' });
      }
      const conversations = await conversationsOf(tx, ids);
      const items = [];
      for (const life of merged) items.push({ ticketId: life.row.id, trace: await join(tx, survivor, life, conversations.get(life.row.id) ?? []) });
      survivor.announce((facts, by) => ticketUpdated.make(survivorId, { ...facts, fields: ['duplicates'], by }));
      const jobId = await insertDoneJob(ctx, tx, { kind: 'MERGE', items, undoableMs: UNDOABLE_MS });
      await recordAudit(tx, ctx, { verb: 'ticket:merge', subjectId: survivorId, after: { mergedIds: ids, jobId } });
      return { jobId };
    });
    return result.jobId;
  });
}

function requireOpen({ row }: TicketLife, field: string): void {
  if (row.state === 'CLOSED') throw refuse('WRONG_STATE', field, { zh: `工单 #${row.number} 已关闭，不能合并。`, en: `Ticket #${row.number} is closed and cannot be merged.` });
}

async function join(tx: Tx, survivor: TicketLife, merged: TicketLife, conversationIds: readonly string[]): Promise<MergeTrace> {
  const { id, number, state } = merged.row;
  const { starts } = merged;
  await merged.mergeInto(survivor.row);
  merged.announce((facts, by) => ticketMerged.make(id, { ...facts, mergedIntoId: survivor.row.id, by }));
  await insertMissingLink(tx, { ticketId: survivor.row.id, otherId: id, kind: 'DUPLICATE', linkedAt: survivor.now });
  const { seq } = await survivor.add('LINKED', { linkKind: 'DUPLICATE', ticketId: id, number: String(number), starts });
  return { kind: 'MERGE', survivorId: survivor.row.id, state, joinedSeq: seq, conversationIds: await linkConversations(tx, survivor.row.id, conversationIds) };
}

/** Parts a merged ticket again from the one it joined. Gives what stays: all of it, when it is not there any more. */
export async function undoMerge(ctx: TicketsContext, tx: Tx, { merged, survivor, trace }: { merged: TicketLife; survivor: TicketLife; trace: MergeTrace }): Promise<string[]> {
  for (const { row } of [merged, survivor]) ctx.viewer.requireOn('ticket:merge', belongings(row), 'ticket:read');
  if (merged.row.mergedIntoId !== survivor.row.id) return ['mergedInto'];
  await merged.part(survivor.row, trace.state);
  merged.announce((facts, by) => ticketUpdated.make(merged.row.id, { ...facts, fields: ['mergedInto', 'state'], by }));
  await survivor.add('LINKED', { linkKind: 'UNMERGED', ticketId: merged.row.id, number: String(merged.row.number), undoes: [trace.joinedSeq] });
  survivor.announce((facts, by) => ticketUpdated.make(survivor.row.id, { ...facts, fields: ['duplicates'], by }));
  await deleteLinkOf(tx, { ticketId: survivor.row.id, otherId: merged.row.id, kind: 'DUPLICATE' });
  await unlinkConversations(tx, survivor.row.id, trace.conversationIds);
  return [];
}
