import { recordAudit } from '@careline/kit/audit';
import { newId, withIdempotency, type Tx } from '@careline/kit/db';
import { appError, refuse } from '@careline/kit/errors';
import { appendEvent } from '@careline/kit/events';
import { customerMerged } from '@careline/schema/events';
import type { ConversationsContext } from '../context.ts';
import { textWithin } from '../input.rules.ts';
import { UNDO_MERGE_MS } from './customer.rules.ts';
import { requireReach } from './customer.scope.ts';
import { lockCustomers, selectCustomers, updateCustomerRow, type CustomerRow } from './customer.store.ts';
import { insertMerge, markUndone, selectMerge, type MergeRow } from './merge.store.ts';

export interface MergeCustomers {
  survivorId: string;
  mergedId: string;
  reason: string;
  idempotencyKey: string;
}

/**
 * Joins two customers that are one person.
 *
 * The merged customer gets a pointer to its survivor. Identities, timeline and sealed cells stay where they were written,
 * and readers ask for the whole family of a survivor (`familyOf`); conversations are given to the survivor with a note of
 * which they were (`onCustomersMerged`). What happens later is written for the survivor. So undoing clears the pointer and
 * gives the noted conversations back: both are exactly as they were, and later events stay with the customer they were
 * written for. Of two callers that merge the same customer one wins.
 */
export async function mergeCustomers(ctx: ConversationsContext, input: MergeCustomers): Promise<{ merge: MergeRow; customer: CustomerRow }> {
  ctx.viewer.require('customer:merge');
  const reason = textWithin(input.reason, 'reason', 1, 200);
  if (input.survivorId === input.mergedId) throw refuse('INVALID', 'mergedId', { zh: '不能与自己合并。', en: 'A customer cannot be merged with itself.' });
  const { idempotencyKey, ...content } = input;
  return ctx.transaction(async (tx) => {
    const call = { scope: `${ctx.viewer.identity!.id} mergeCustomers`, key: idempotencyKey, input: content };
    const { result } = await withIdempotency(tx, call, async () => {
      const rows = await lockBoth(tx, input);
      for (const row of rows) await requireReach(ctx, 'customer:merge', row, tx);
      const actor = { kind: ctx.viewer.identity!.kind, id: ctx.viewer.identity!.id };
      return { mergeId: await joinCustomers(ctx, tx, rows[0], rows[1], actor, reason) };
    });
    const merge = (await selectMerge(tx, result.mergeId))!;
    return { merge, customer: (await selectCustomers(tx, [merge.survivorId]))[0]! };
  });
}

async function lockBoth(tx: Tx, { survivorId, mergedId }: MergeCustomers): Promise<[CustomerRow, CustomerRow]> {
  const rows = await lockCustomers(tx, [survivorId, mergedId]);
  const [survivor, merged] = [rows.find((row) => row.id === survivorId), rows.find((row) => row.id === mergedId)];
  if (!survivor || !merged) throw appError('NOT_FOUND');
  return [survivor, merged];
}

/** Joins two locked customers, with event and audit entry. Refuses who is merged already: that one is no longer its own. */
export async function joinCustomers(
  ctx: ConversationsContext, tx: Tx, survivor: CustomerRow, merged: CustomerRow, actor: { kind: string; id: string | null }, reason: string,
): Promise<string> {
  if (survivor.mergedInto || merged.mergedInto) throw refuse('WRONG_STATE', 'mergedId', { zh: '该客户已被合并，请刷新。', en: 'One of the two was merged already. Load them again.' });
  const now = ctx.clock.now();
  const merge: MergeRow = {
    id: newId('mrg'), survivorId: survivor.id, mergedId: merged.id, actorKind: actor.kind, actorId: actor.id, mergedAt: now, undoableUntil: now + UNDO_MERGE_MS, undoneAt: null,
  };
  await insertMerge(tx, merge);
  await updateCustomerRow(tx, merged.id, { mergedInto: survivor.id });
  await updateCustomerRow(tx, survivor.id, {});
  await tell(ctx, tx, merge, merged.number, false);
  await recordAudit(tx, ctx, { verb: 'customer:merge', subjectId: survivor.id, after: { mergeId: merge.id, mergedId: merged.id }, reason });
  return merge.id;
}

/** Separates two merged customers again, within 30 days. Of two callers exactly one does it; the other gets WRONG_STATE. */
export async function undoMerge(ctx: ConversationsContext, input: { mergeId: string }): Promise<CustomerRow[]> {
  ctx.viewer.require('customer:merge');
  return ctx.transaction(async (tx) => {
    const merge = await selectMerge(tx, input.mergeId);
    if (!merge) throw appError('NOT_FOUND');
    const ids = [merge.survivorId, merge.mergedId];
    const rows = await lockCustomers(tx, ids);
    for (const row of rows) await requireReach(ctx, 'customer:merge', row, tx);
    if (merge.undoableUntil < ctx.clock.now()) throw refuse('WINDOW_CLOSED', 'mergeId', { zh: '合并已超过 30 天，不能撤销。', en: 'A merge can be undone for 30 days only.' });
    if (!(await markUndone(tx, merge.id, ctx.clock.now()))) throw refuse('WRONG_STATE', 'mergeId', { zh: '该合并已撤销。', en: 'This merge was undone already.' });
    await updateCustomerRow(tx, merge.mergedId, { mergedInto: null });
    await updateCustomerRow(tx, merge.survivorId, {});
    await tell(ctx, tx, merge, rows.find((row) => row.id === merge.mergedId)!.number, true);
    await recordAudit(tx, ctx, { verb: 'customer:merge', subjectId: merge.survivorId, before: { mergeId: merge.id, mergedId: merge.mergedId }, after: { isUndone: true } });
    const separate = new Map((await selectCustomers(tx, ids)).map((row) => [row.id, row]));
    return ids.map((id) => separate.get(id)!);
  });
}

// Open sockets of the merged customer's devices now speak for another customer: their gateways must look again.
async function tell(ctx: ConversationsContext, tx: Tx, merge: MergeRow, mergedNumber: string, isUndone: boolean): Promise<void> {
  const { id: mergeId, survivorId, mergedId } = merge;
  for (const follow of ctx.deps.onCustomersMerged) await follow(ctx, tx, { mergeId, survivorId, mergedId, isUndone });
  await appendEvent(tx, customerMerged.make(survivorId, { mergeId, survivorId, mergedId, mergedNumber, isUndone }), ctx.clock.now());
  tx.afterCommit(() => {
    for (const customerId of [survivorId, mergedId]) ctx.live.publish(`identity:${customerId}`, { customerId });
  });
}
